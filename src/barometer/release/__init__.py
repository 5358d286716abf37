"""The release folder: all that is published of a wave, written once, named by its content, checkable by anybody."""

from barometer.release.reading import Release, read_release, verify
from barometer.release.writing import release_files, write_folder

__all__ = ["Release", "read_release", "release_files", "verify", "write_folder"]

"""The release folder: all that is published of a wave, written once, named by its content, checkable by anybody."""

from barometer.release.comparing import Compared
from barometer.release.reading import Release, read_release, verify
from barometer.release.writing import release_files, require_new_folder, write_folder

__all__ = ["Compared", "Release", "read_release", "release_files", "require_new_folder", "verify", "write_folder"]

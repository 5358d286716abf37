"""From a wave folder that somebody hands in to what a wave freezes. Nothing is stored until everything is right.

The folder holds `wave.yaml`, `policy.yaml` and `questionnaire/`; answers that lie in it are never read.
"""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from barometer import pipeline
from barometer.problems import Problem, Severity, UnusableInput
from barometer.questionnaire.checks import check
from barometer.questionnaire.model import Questionnaire
from barometer.questionnaire.reading import read_questionnaire
from barometer.wave import read_wave

TAKEN = ("wave.yaml", "policy.yaml", "cited.yaml", "comparability.yaml")
QUESTIONNAIRE = "questionnaire/"
LARGEST_FILE = 2_000_000
MOST_FILES = 100


@dataclass(frozen=True)
class Frozen:
    code: str
    titles: dict[str, str]
    questionnaire: Questionnaire
    files: dict[str, str]
    """The files that travel with the sealed answers, by path."""
    demonstration: bool


def freeze(files: Mapping[str, bytes]) -> Frozen:
    """Read and check a wave folder. Raises UnusableInput with every fault of the first file that has any."""
    questionnaire = _questionnaire(files)
    for name in ("wave.yaml", "policy.yaml"):
        if name not in files:
            raise _unusable("file-missing", "The file is missing.", "Put it into the wave folder.", name)
    wave = read_wave(files["wave.yaml"], questionnaire, respondents=0)
    pipeline.read_policy(files["policy.yaml"], questionnaire)
    kept = {name: _text(files[name], name) for name in TAKEN if name in files}
    return Frozen(wave.id, wave.title.as_dict(), questionnaire, kept, wave.demonstration)


def files_of_folder(folder: Path) -> dict[str, bytes]:
    """Read the files of a wave folder on this machine, answers left out."""
    paths = [folder / name for name in TAKEN] + sorted((folder / QUESTIONNAIRE).rglob("*"))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths if path.is_file()}


def files_of_zip(data: bytes) -> dict[str, bytes]:
    """Read a zipped wave folder; nothing is unpacked to disk. Raises UnusableInput."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/")]
            root = _root(names)
            wanted = {name.removeprefix(root): name for name in names if _is_wanted(name.removeprefix(root))}
            if len(wanted) > MOST_FILES:
                raise _unusable("zip-too-many", "The zip holds too many files.", "Pack one wave folder alone.")
            return {path: _content(archive, name) for path, name in wanted.items()}
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, EOFError, OSError, RuntimeError):
        raise _unusable(
            "zip-unreadable", "The file is not a zip that can be read.", "Pack the wave folder again."
        ) from None


def renamed(frozen: Frozen, code: str) -> Frozen:
    """The same wave under another permanent name, so that a questionnaire can be asked again.

    What says how it compares with an earlier wave then speaks of it by that name.
    """
    named = {"wave.yaml": "id", "comparability.yaml": "later"}
    files = dict(frozen.files)
    for file, field in named.items():
        if file in files:
            files[file] = _with(files[file], **{field: code})
    return replace(frozen, code=code, files=files)


def as_collected(wave_yaml: str, *, opened: str, closed: str, demonstration: bool) -> str:
    """Write the real first and last day into wave.yaml, and that it is a demonstration where it is one."""
    demonstration = demonstration or yaml.safe_load(wave_yaml)["demonstration"]
    return _with(wave_yaml, opened=opened, closed=closed, demonstration=demonstration)


def _with(source: str, **changed: object) -> str:
    plain = yaml.safe_load(source)
    plain.update(changed)
    return str(yaml.safe_dump(plain, allow_unicode=True, sort_keys=False))


def _questionnaire(files: Mapping[str, bytes]) -> Questionnaire:
    own = {path.removeprefix(QUESTIONNAIRE): data for path, data in files.items() if path.startswith(QUESTIONNAIRE)}
    questionnaire = read_questionnaire(own)
    faults = [fault for fault in check(questionnaire) if fault.severity is Severity.ERROR]
    if faults:
        raise UnusableInput(faults)
    return questionnaire


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise _unusable("file-not-utf8", "The file is not text in UTF-8.", "Save it as UTF-8.", name) from None


def _root(names: list[str]) -> str:
    """The folder the zip wraps everything in, if it does."""
    found = [name for name in names if name == "wave.yaml" or name.endswith("/wave.yaml")]
    if len(found) != 1:
        raise _unusable("wave-missing", "The zip holds no wave.yaml, or several.", "Pack one wave folder.", "wave.yaml")
    return found[0].removesuffix("wave.yaml")


def _is_wanted(path: str) -> bool:
    return path in TAKEN or (path.startswith(QUESTIONNAIRE) and path.endswith((".yaml", ".po")))


def _content(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as stream:
        content = stream.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise _unusable("file-too-large", "The file is over 2 MB.", "Check that it is the right file.", name)
    return content


def _unusable(code: str, message: str, remedy: str, file: str = "") -> UnusableInput:
    return UnusableInput([Problem(code, message, remedy, file=file)])

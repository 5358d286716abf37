from __future__ import annotations

import gettext
import os
from pathlib import Path

from kumppani.languages.compiling import compile_messages

CATALOGUE = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "wave"\nmsgstr "{}"\n'


def test_a_catalogue_is_compiled_when_it_is_newer_and_left_alone_when_not(tmp_path: Path):
    source, target = tmp_path / "locale", tmp_path / "data"
    catalogue = source / "fi" / "LC_MESSAGES" / "django.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(CATALOGUE.format("kierros"), encoding="utf-8")

    compile_messages(source, target)
    compiled = target / "fi" / "LC_MESSAGES" / "django.mo"
    os.utime(compiled, (2_000_000_000, 2_000_000_000))
    catalogue.write_text(CATALOGUE.format("kysely"), encoding="utf-8")
    compile_messages(source, target)
    unchanged = gettext.translation("django", target, ["fi"]).gettext("wave")
    os.utime(catalogue, (2_000_000_001, 2_000_000_001))
    compile_messages(source, target)

    assert unchanged == "kierros"
    with compiled.open("rb") as stream:
        assert gettext.GNUTranslations(stream).gettext("wave") == "kysely"

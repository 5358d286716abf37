"""A certificate of attendance as a PDF, tagged for screen readers (PDF/UA-1). No database; kept nowhere."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import fontpkg_noto_sans
import fontpkg_noto_sans_arabic
import typst

TEMPLATE = Path(__file__).with_name("certificate.typ")


@dataclass(frozen=True)
class Certificate:
    title: str
    name: str
    took_part: str
    event: str
    when: str
    where: str
    organiser: str
    foot: str
    language: str
    rtl: bool


def pdf_of(certificate: Certificate) -> bytes:
    made = _compiler().compile(
        format="pdf", pdf_standards=["ua-1"], sys_inputs={"certificate": json.dumps(asdict(certificate))}, timestamp=0
    )
    if not isinstance(made, bytes):
        raise TypeError("The layout gave several files where one was asked for.")
    return made


@cache
def _compiler() -> typst.Compiler:
    folders = [str(package.ROOT / "files") for package in (fontpkg_noto_sans, fontpkg_noto_sans_arabic)]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
    return typst.Compiler(input=str(TEMPLATE), root=str(TEMPLATE.parent), font_paths=fonts)

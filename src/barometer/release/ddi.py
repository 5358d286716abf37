"""The wave described as a DDI-Codebook 2.5 document, for archives and catalogues.

Frequencies are those of the release: a withheld count has no `catStat`. Element
names: DDI Alliance, Codebook 2.5 field reference.
"""

from __future__ import annotations

from xml.etree import ElementTree

from barometer.published import TOTAL, Part, PublishedTables, Table
from barometer.texts import Text

NAMESPACE = "ddi:codebook:2_5"


def ddi_xml(tables: PublishedTables, release: str) -> bytes:
    """Write title, fieldwork, universe, questions and published frequencies in every language of the wave."""
    wave = tables.wave
    root = ElementTree.Element(
        "codeBook", {"xmlns": NAMESPACE, "version": "2.5", "ID": _name(wave.id), "xml:lang": wave.languages[0]}
    )
    _document(root, tables, release)
    study = ElementTree.SubElement(root, "stdyDscr")
    citation = ElementTree.SubElement(study, "citation")
    titles = ElementTree.SubElement(citation, "titlStmt")
    _said(titles, "titl", wave.title, wave.languages[:1])
    _said(titles, "parTitl", wave.title, wave.languages[1:])
    ElementTree.SubElement(titles, "IDNo", {"agency": "release"}).text = release
    ElementTree.SubElement(citation, "holdings", {"URI": f"urn:sha256:{release}"})
    information = ElementTree.SubElement(study, "stdyInfo")
    _said(information, "abstract", wave.label, wave.languages)
    summary = ElementTree.SubElement(information, "sumDscr")
    for event, day in (("start", wave.opened), ("end", wave.closed)):
        if day:
            ElementTree.SubElement(summary, "collDate", {"date": day, "event": event}).text = day
    _said(summary, "universe", wave.methods.get("population", Text()), wave.languages)
    _methods(study, tables)
    data = ElementTree.SubElement(root, "dataDscr")
    for table in tables.tables:
        if table.by is None:
            _variable(data, table, wave.languages)
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _document(root: ElementTree.Element, tables: PublishedTables, release: str) -> None:
    wave = tables.wave
    citation = ElementTree.SubElement(ElementTree.SubElement(root, "docDscr"), "citation")
    titles = ElementTree.SubElement(citation, "titlStmt")
    _said(titles, "titl", wave.title, wave.languages[:1])
    ElementTree.SubElement(titles, "IDNo").text = release


def _methods(study: ElementTree.Element, tables: PublishedTables) -> None:
    method = ElementTree.SubElement(study, "method")
    collection = ElementTree.SubElement(method, "dataColl")
    for element, item in (("sampProc", "sampling"), ("collMode", "modes")):
        _said(collection, element, tables.wave.methods.get(item, Text()), tables.wave.languages)
    ElementTree.SubElement(method, "notes").text = (
        "Aggregated and disclosure-controlled: no microdata are part of this release."
        + (" UNSAFE: made without protection, for tests." if tables.unsafe else "")
    )


def _variable(data: ElementTree.Element, table: Table, languages: tuple[str, ...]) -> None:
    variable = ElementTree.SubElement(data, "var", {"ID": _name(f"V_{table.item}"), "name": table.item})
    _said(variable, "labl", table.row_title if table.row_title else table.title, languages)
    question = ElementTree.SubElement(variable, "qstn")
    _said(question, "qstnLit", table.title, languages)
    for category in table.categories:
        if category.part is Part.NET:
            continue
        missing = "N" if category.part in (Part.ANSWER, Part.TICKED, Part.ANSWERED) else "Y"
        described = ElementTree.SubElement(variable, "catgry", {"missing": missing})
        ElementTree.SubElement(described, "catValu").text = category.code
        _said(described, "labl", category.label, languages)
        cell = table.cell(category.code, TOTAL)
        if cell.status.is_shown and cell.count is not None:
            ElementTree.SubElement(described, "catStat", {"type": "freq"}).text = str(cell.count)


def _said(parent: ElementTree.Element, element: str, text: Text, languages: tuple[str, ...]) -> None:
    for language in languages:
        said = text.said_in(language)
        if said:
            ElementTree.SubElement(parent, element, {"xml:lang": language}).text = said


def _name(text: str) -> str:
    """Make an XML name (NCName) of an identifier: dots and the like become underscores."""
    kept = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in text)
    return kept if kept[:1].isalpha() or kept[:1] == "_" else f"_{kept}"

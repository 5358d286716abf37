"""What is looked at before a text is published: words in, findings out. No database, no network, no clock.

Each check is for a defect that was seen on published pages. A finding does not forbid anything: whoever reads the text
decides. Dates, lists and links are understood in Finnish, Swedish, English and, where digits are used, in Arabic.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from django.utils.translation import gettext_lazy

from kumppani.publishing.tongues import IN_IT, LANGUAGES, NAMES, base_of, is_plain

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FACTS = Path(__file__).with_name("facts.yaml")
LONGEST_QUOTE = 120
FIRST_YEAR, LAST_YEAR = 1900, 2100


@dataclass(frozen=True)
class Written:
    """A text as it is to be published, and the same text in its other languages."""

    language: str
    title: str
    lead: str
    body: str

    @property
    def everything(self) -> str:
        return "\n\n".join(part for part in (self.title, self.lead, self.body) if part)


@dataclass(frozen=True)
class Known:
    """What the caller knows and a text does not say."""

    siblings: Sequence[Written] = ()
    """The other languages of the text, the original first."""
    is_original: bool = False
    """The original is not compared with its translations."""
    leads_somewhere: Callable[[str], bool] | None = None
    """Whether an address of this site leads to a page."""
    not_planned: Sequence[str] = ()
    """The languages of the site in which the text is neither published nor scheduled."""
    cells: Mapping[str, str] = field(default_factory=dict)
    """What is wrong with a quoted cell, in a sentence; empty where nothing is."""


@dataclass(frozen=True)
class Finding:
    code: str
    quote: str
    """The words it is about."""
    said: Mapping[str, str] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        return self.said["wrong"] if self.code == "cell" else str(SENTENCES[self.code]) % self.said


SENTENCES: dict[str, StrOrPromise] = {
    "no-such-day": gettext_lazy("There is no such day."),
    "weekday": gettext_lazy("The weekday does not fit the date: that day is a %(weekday)s."),
    "hyphen": gettext_lazy("A hyphen is left inside a word."),
    "link-language": gettext_lazy(
        "The link does not say in which language the page is. Write it behind the address, for example (https://… "
        '"fi").'
    ),
    "link-hides": gettext_lazy("The link leads to a page %(language)s and does not say so."),
    "dead-link": gettext_lazy("The link leads nowhere."),
    "no-words": gettext_lazy("The picture has no text for those who do not see it."),
    "paragraphs": gettext_lazy(
        "A part may be missing: this language has %(here)s paragraphs, headings and lists, the original %(there)s."
    ),
    "dates-differ": gettext_lazy("The original has other dates: %(there)s."),
    "fact": gettext_lazy("This does not agree with what is known: %(known)s."),
    "clash": gettext_lazy("Two things have this name. Say which one it is: %(known)s."),
    "terms": gettext_lazy("The words agreed on are: %(terms)s."),
    "two-levels": gettext_lazy("One number is given for two levels. Give each its own, or say that they are alike."),
    "late": gettext_lazy(
        "No time is planned for: %(languages)s. Readers of a language are told when it comes, if you schedule it."
    ),
    "no-base": gettext_lazy("A percentage stands without its base. Say of how many it is."),
}
WEEKDAYS: tuple[StrOrPromise, ...] = (
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)
DAYS = {
    "fi": r"maanantai|tiistai|keskiviikko|torstai|perjantai|lauantai|sunnuntai",
    "sv": r"måndag|tisdag|onsdag|torsdag|fredag|lördag|söndag",
    "en": r"monday|tuesday|wednesday|thursday|friday|saturday|sunday",
    "ar": r"الاثنين|الثلاثاء|الأربعاء|الخميس|الجمعة|السبت|الأحد",
}
SHORT_DAYS = {"fi": ("ma", "ti", "ke", "to", "pe", "la", "su")}
MONTHS = {
    "fi": ("tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu", r"kuu\w*"),
    "sv": ("januari februari mars april maj juni juli augusti september oktober november december", ""),
    "en": ("january february march april may june july august september october november december", ""),
    "ar": ("يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر", ""),
}
PERCENT = re.compile(r"\d+(?:[.,]\d+)?\s?(?:%|٪|prosent\w*|procent\w*|per cent|percent)")
BASE = re.compile(
    r"\bn\s?=|\bof\s(?:the\s|all\s|those\s)?\d|\bav\s(?:de\s|alla\s)?\d|\d+\s?(?::stä|:sta|:tä|:ta)\b"
    r"|\bbase\b|\bbas\b|perusjoukko|vastaaja\w*\s\(|\d+\s(?:vastaaj|svar|respondent|answer|people)|من\s(?:بين\s)?\d",
    re.IGNORECASE,
)
LINK = re.compile(r"(!?)\[([^\]]*)\]\(\s*<?([^)\s>]*)>?(?:\s+\"([^\"]*)\")?\s*\)")
BARE = re.compile(r"<(https?://[^>\s]+)>")
MARKED = re.compile(r"(?:^|[/_.=-])(fi|sv|en|ar)(?=[/_.&?#-]|$)")
SENTENCE = re.compile(r"[^.!?؟\n]+(?:[.!?؟](?=\d)[^.!?؟\n]*)*[.!?؟]?")
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
SOFT_HYPHEN = "\u00ad"
INSIDE = re.compile(r"(?<![\w/.-])([^\W\d_]{2,})-([^\W\d_]{2,})(?![\w-])")
LEVELS = {
    "fi": (r"valtakunnallis\w*|kansallis\w*", r"alueellis\w*"),
    "sv": (r"nationell\w*|riksomfattande", r"regional\w*"),
    "en": (r"national\w*", r"regional\w*"),
    "ar": (r"\w*الوطني\w*", r"\w*الإقليمي\w*"),
}
VOWELS = "aeiouyäöå"


def findings(text: Written, known: Known | None = None) -> list[Finding]:
    """Everything worth a look, in the order of the checks."""
    known = known or Known()
    language = base_of(text.language)
    found: list[Finding] = []
    for check in (_dates, _hyphens, _percentages, _levels, _facts):
        found += check(text, language)
    found += _links(text, language, known)
    found += _beside_the_original(text, known)
    if known.not_planned:
        named = ", ".join(str(NAMES[code]) for code in known.not_planned)
        found.append(Finding("late", "", {"languages": named}))
    found += [Finding("cell", cell, {"wrong": wrong}) for cell, wrong in known.cells.items() if wrong]
    return list({(one.code, one.quote): one for one in found}.values())


def _dates(text: Written, language: str) -> Iterator[Finding]:
    for quote, weekday, day in _dates_in(text.everything, language):
        if day is None:
            yield Finding("no-such-day", quote)
        elif weekday is not None and day.weekday() != weekday:
            yield Finding("weekday", quote, {"weekday": str(WEEKDAYS[day.weekday()])})


def _dates_in(text: str, language: str) -> Iterator[tuple[str, int | None, date | None]]:
    """Every date with a year: the words, the weekday said before it, and the day, None where there is none."""
    for pattern in _patterns(language):
        for found in pattern.finditer(text):
            parts = found.groupdict()
            month = _month_number(parts["month"], language)
            weekday = _weekday_number(parts.get("weekday"), language)
            yield found[0].strip(), weekday, _day(parts["year"], month, int(parts["day"]))


def _day(year: str, month: int, day: int) -> date | None:
    try:
        number = int(year) + (2000 if len(year) == 2 else 0)
        return date(number, month, day) if FIRST_YEAR <= number <= LAST_YEAR and len(year) in (2, 4) else None
    except ValueError:
        return None


@cache
def _patterns(language: str) -> tuple[re.Pattern[str], ...]:
    names = "|".join(map(re.escape, MONTHS[language][0].split())) if language in MONTHS else "(?!)"
    month = rf"(?P<month>(?:{names}){MONTHS[language][1] if language in MONTHS else ''})"
    days = rf"(?:(?P<weekday>{DAYS.get(language, '(?!)')}{_short(language)})\w*\s?(?:,|\.|the|den)?\s*)?"
    year, number = r"(?P<year>\d{2,5})(?!\d)", r"(?P<day>\d{1,2})"
    digits = rf"{days}(?<![\d.])(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.\s?{year}"
    words = rf"\b{days}(?<!\d){number}(?:\.|st|nd|rd|th)?\s(?:of\s|päivänä\s)?{month},?\s{year}"
    swapped = rf"\b{days}{month}\s{number}(?:st|nd|rd|th)?,\s{year}"
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in (digits, words, swapped))


def _short(language: str) -> str:
    short = SHORT_DAYS.get(language)
    return "|" + "|".join(rf"\b{name}\b" for name in short) if short else ""


def _month_number(said: str, language: str) -> int:
    if said.isdigit():
        return int(said)
    names = MONTHS[language][0].split()
    return next(number for number, name in enumerate(names, 1) if said.lower().startswith(name))


def _weekday_number(said: str | None, language: str) -> int | None:
    if not said:
        return None
    names, short = DAYS[language].split("|"), SHORT_DAYS.get(language, ())
    return names.index(said.lower()) if said.lower() in names else short.index(said.lower())


def _hyphens(text: Written, language: str) -> Iterator[Finding]:
    """A break of an old line or a soft hyphen that was copied along; in Finnish also one that no spelling explains."""
    words = {word.lower() for word in re.findall(r"[^\W\d_]+", text.everything)}
    for word in re.findall(rf"\w*{SOFT_HYPHEN}\w*", text.everything):
        yield Finding("hyphen", word.replace(SOFT_HYPHEN, "-"))
    for found in INSIDE.finditer(_without_addresses(text.everything)):
        before, after = found[1], found[2]
        joined = (before + after).lower() in words
        if not after[0].isupper() and (joined or (language == "fi" and _is_odd_in_finnish(before, after))):
            yield Finding("hyphen", found[0])


def _is_odd_in_finnish(before: str, after: str) -> bool:
    """Finnish joins with a hyphen after a name, a shortening, or between two of the same vowel."""
    same_vowel = before[-1].lower() == after[0].lower() and after[0].lower() in VOWELS
    return before.islower() and not same_vowel and len(before) > 3 and len(before) + len(after) > 8


def _without_addresses(text: str) -> str:
    return re.sub(r"\]\([^)]*\)|https?://\S+|\[\[cell:[^\]]*\]\]", " ", text)


def _percentages(text: Written, language: str) -> Iterator[Finding]:
    """A base stands in the same paragraph; a quoted cell shows its own."""
    for paragraph in re.split(r"\n\s*\n", text.everything):
        said = _without_addresses(paragraph)
        number = PERCENT.search(said)
        if number and not BASE.search(said):
            yield Finding("no-base", number[0])


def _levels(text: Written, language: str) -> Iterator[Finding]:
    if language not in LEVELS:
        return
    national, regional = LEVELS[language]
    for sentence in _sentences(text.everything):
        numbers = PERCENT.findall(sentence)
        both = re.search(national, sentence, re.IGNORECASE) and re.search(regional, sentence, re.IGNORECASE)
        if len(numbers) == 1 and both:
            yield Finding("two-levels", _short_quote(sentence))


def _facts(text: Written, language: str) -> Iterator[Finding]:
    """What the programme has agreed on: years of its doings, words of its lists, names that two things have."""
    for fact in _known_facts():
        words = fact["words"].get(language)
        if words is None:
            continue
        for sentence in _sentences(text.everything):
            if not re.search(words, sentence, re.IGNORECASE):
                continue
            known = fact["known"].get(language, "")
            if "years" in fact:
                years = {int(year) for year in YEAR.findall(sentence)}
                if years and years != set(fact["years"]):
                    yield Finding("fact", _short_quote(sentence), {"known": known})
            elif "terms" in fact:
                terms = fact["terms"].get(language, [])
                there = [term for term in terms if term.lower() in sentence.lower()]
                if sentence.count(",") >= len(terms) - 2 and 0 < len(there) < len(terms):
                    yield Finding("terms", _short_quote(sentence), {"terms": ", ".join(terms)})
            elif not re.search(fact["unless"].get(language, "(?!)"), sentence, re.IGNORECASE):
                yield Finding("clash", _short_quote(sentence), {"known": known})


@cache
def _known_facts() -> tuple[dict[str, Any], ...]:
    return tuple(yaml.safe_load(FACTS.read_text(encoding="utf-8"))["facts"])


def _links(text: Written, language: str, known: Known) -> Iterator[Finding]:
    said_by_others = {
        address: base_of(marked)
        for sibling in known.siblings
        for _picture, words, address, mark in LINK.findall(sibling.body)
        if (marked := mark if mark in LANGUAGES else _language_said(words))
    }
    for picture, words, address, mark in LINK.findall(text.body):
        if picture:
            if not words.strip():
                yield Finding("no-words", address)
            continue
        if address.startswith(("mailto:", "#")):
            continue
        own = base_of(mark) if mark in LANGUAGES else _language_said(words)
        inside = address.startswith("/")
        if inside and known.leads_somewhere is not None and not known.leads_somewhere(address):
            yield Finding("dead-link", address)
        marked = MARKED.search(address.partition("//")[2] or address)
        target = said_by_others.get(address) or (marked[1] if marked else "")
        if not own and target and target != language:
            yield Finding("link-hides", words, {"language": str(IN_IT[target])})
        elif not own and not inside and not target:
            yield Finding("link-language", words)
    for address in BARE.findall(text.body):
        yield Finding("link-language", address)


def _language_said(words: str) -> str:
    """The language that the words of a link name, in any of the site's languages."""
    named = {
        "fi": r"suomeksi|suomenkieli|på finska|in finnish|بالفنلندية",
        "sv": r"ruotsiksi|ruotsinkieli|på svenska|in swedish|بالسويدية",
        "en": r"englanniksi|englanninkieli|på engelska|in english|بالإنجليزية",
        "ar": r"arabiaksi|arabiankieli|på arabiska|in arabic|بالعربية",
    }
    return next((code for code, pattern in named.items() if re.search(pattern, words, re.IGNORECASE)), "")


def _beside_the_original(text: Written, known: Known) -> Iterator[Finding]:
    """What a translation lost; a plain text is another text and not compared."""
    if not known.siblings or known.is_original or is_plain(text.language):
        return
    original = known.siblings[0]
    here, there = _blocks(text.body), _blocks(original.body)
    if here != there:
        yield Finding("paragraphs", "", {"here": str(here), "there": str(there)})
    own = {day for _quote, _weekday, day in _dates_in(text.everything, base_of(text.language)) if day}
    theirs = {day for _quote, _weekday, day in _dates_in(original.everything, base_of(original.language)) if day}
    if own and theirs and own != theirs:
        yield Finding(
            "dates-differ", "", {"there": ", ".join(day.isoformat() for day in sorted(theirs - own or theirs))}
        )


def _blocks(body: str) -> int:
    return len([block for block in re.split(r"\n\s*\n", body.strip()) if block.strip()])


def _sentences(text: str) -> list[str]:
    return [found.strip() for found in SENTENCE.findall(_without_addresses(text)) if found.strip()]


def _short_quote(sentence: str) -> str:
    return sentence if len(sentence) <= LONGEST_QUOTE else sentence[: LONGEST_QUOTE - 1] + "…"

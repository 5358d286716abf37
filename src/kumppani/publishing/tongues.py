"""The languages a text can be in: those of the site, and a plain one beside each, which is a language of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PLAIN = "-plain"

NAMES: dict[str, StrOrPromise] = {
    "fi": _("Finnish"),
    "sv": _("Swedish"),
    "en": _("English"),
    "ar": _("Arabic"),
    "fi-plain": _("plain Finnish"),
    "sv-plain": _("plain Swedish"),
    "en-plain": _("plain English"),
    "ar-plain": _("plain Arabic"),
}
IN_IT: dict[str, StrOrPromise] = {
    "fi": _("in Finnish"),
    "sv": _("in Swedish"),
    "en": _("in English"),
    "ar": _("in Arabic"),
    "fi-plain": _("in plain Finnish"),
    "sv-plain": _("in plain Swedish"),
    "en-plain": _("in plain English"),
    "ar-plain": _("in plain Arabic"),
}
PUBLISHED: dict[str, StrOrPromise] = {
    "fi": _("Published in Finnish on %(moment)s"),
    "sv": _("Published in Swedish on %(moment)s"),
    "en": _("Published in English on %(moment)s"),
    "ar": _("Published in Arabic on %(moment)s"),
    "fi-plain": _("Published in plain Finnish on %(moment)s"),
    "sv-plain": _("Published in plain Swedish on %(moment)s"),
    "en-plain": _("Published in plain English on %(moment)s"),
    "ar-plain": _("Published in plain Arabic on %(moment)s"),
}
NOT_YET: dict[str, StrOrPromise] = {
    "fi": _("This is not in Finnish yet."),
    "sv": _("This is not in Swedish yet."),
    "en": _("This is not in English yet."),
    "ar": _("This is not in Arabic yet."),
    "fi-plain": _("This is not in plain Finnish yet."),
    "sv-plain": _("This is not in plain Swedish yet."),
    "en-plain": _("This is not in plain English yet."),
    "ar-plain": _("This is not in plain Arabic yet."),
}
COMES: dict[str, StrOrPromise] = {
    "fi": _("In Finnish on %(moment)s"),
    "sv": _("In Swedish on %(moment)s"),
    "en": _("In English on %(moment)s"),
    "ar": _("In Arabic on %(moment)s"),
    "fi-plain": _("In plain Finnish on %(moment)s"),
    "sv-plain": _("In plain Swedish on %(moment)s"),
    "en-plain": _("In plain English on %(moment)s"),
    "ar-plain": _("In plain Arabic on %(moment)s"),
}
LANGUAGES = tuple(NAMES)


def base_of(language: str) -> str:
    """The language that a page can be in: of plain Finnish, Finnish."""
    return language.removesuffix(PLAIN)


def is_plain(language: str) -> bool:
    return language.endswith(PLAIN)


def plain_of(language: str) -> str:
    return base_of(language) + PLAIN

"""The index of words: written with each profile, and asked with plain ORM, so that both databases find the same."""

from __future__ import annotations

from math import ceil

from django.db.models import Count, Q

from kumppani.network.codes import names_in_every_language
from kumppani.network.models import Organisation, Word, WordKey
from kumppani.network.words import ALIKE_FROM, alike, stems_of, trigrams_of, words_of

SHORTEST_BEGINNING = 4
MOST_BEGINNING = 100
MOST_TERMS = 8


def index_organisation(organisation: Organisation) -> None:
    """Make the organisation findable by the words of its profile as it stands."""
    organisation.words.set(known_words(words_of(_everything_said(organisation))))


def _everything_said(organisation: Organisation) -> str:
    said = [organisation.name, organisation.text, *names_in_every_language("kinds", organisation.kind)]
    for label in organisation.labels.all():
        said += names_in_every_language(label.facet, label.code)
    for region in organisation.regions.all():
        said += region.names.values()
    return " ".join(said)


def known_words(texts: list[str]) -> list[Word]:
    """The rows of these words; those nobody has used yet are written with their stems and trigrams."""
    there = set(Word.objects.filter(text__in=texts).values_list("text", flat=True))
    missing = [text for text in texts if text not in there]
    # Somebody else may write the same word at this moment: both write the same rows then, and they stand once.
    Word.objects.bulk_create([Word(text=text, size=len(trigrams_of(text))) for text in missing], ignore_conflicts=True)
    words = list(Word.objects.filter(text__in=texts))
    without_keys = [word for word in words if word.text in set(missing)]
    keys = [key for word in without_keys for key in _keys_of(word)]
    WordKey.objects.bulk_create(keys, ignore_conflicts=True)
    return words


def forget_unused_words() -> None:
    """Delete the words by which nothing is found any more, neither here nor in an app above."""
    uses = [field.name for field in Word._meta.get_fields() if field.many_to_many]
    Word.objects.filter(**dict.fromkeys(uses)).delete()


def _keys_of(word: Word) -> list[WordKey]:
    stems = [WordKey(word=word, is_stem=True, text=stem) for stem in sorted(stems_of(word.text))]
    return stems + [WordKey(word=word, is_stem=False, text=run) for run in sorted(trigrams_of(word.text))]


def forms_asked_for(asked: str) -> list[set[int]]:
    """For every word asked for, the words that are forms of it: an organisation fits that has one of each."""
    return [_forms_of(term) for term in words_of(asked)[:MOST_TERMS]]


def _forms_of(term: str) -> set[int]:
    """The words that are forms of this one, and the shortest that begin with it."""
    by_stem = Q(keys__is_stem=True, keys__text__in=stems_of(term))
    forms = set(Word.objects.filter(by_stem).values_list("pk", flat=True))
    if len(term) >= SHORTEST_BEGINNING:
        beginning = Word.objects.filter(text__startswith=term).order_by("size", "text")
        forms |= set(beginning.values_list("pk", flat=True)[:MOST_BEGINNING])
    own = trigrams_of(term)
    # Asked of the keys alone, which one index answers; the sizes of the few words that remain are read after that.
    keys = WordKey.objects.filter(is_stem=False, text__in=own).values_list("word")
    shared = dict(keys.annotate(shared=Count("pk")).filter(shared__gte=ceil(ALIKE_FROM * len(own))))
    sizes = Word.objects.filter(pk__in=shared).values_list("pk", "size")
    return forms | {pk for pk, size in sizes if alike(shared[pk], size, len(own)) >= ALIKE_FROM}

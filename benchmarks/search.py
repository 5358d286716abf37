"""The directory with many organisations: `python -m benchmarks.search --organisations 100000 --database postgres`.

Writes invented organisations into a database of its own and asks for the directory's page as a reader does, through the
whole site: words from the commonest to the rarest, half of them inflected or misspelt, with and without facets, first
and later pages. Prints how long a page takes (median, p95, p99, longest) and which were the slowest.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from statistics import quantiles

REPOSITORY = Path(__file__).resolve().parent.parent
LOCALES = REPOSITORY / "src" / "kumppani" / "locale"
WORDS_OF_AN_ORGANISATION = 35
RARE_WORDS = 60_000
AT_ONCE = 20_000


@contextmanager
def database(kind: str, kept: str | None) -> Iterator[None]:
    """A site on an empty database, gone afterwards; or on one of SQLite that is ``kept`` in a folder."""
    with nullcontext(kept) if kept else tempfile.TemporaryDirectory(prefix="kumppani-search-") as folder:
        os.environ["KUMPPANI_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "kumppani.settings.test"
        if kind == "sqlite":
            os.environ["DATABASE_URL"] = f"sqlite:///{folder}/site.sqlite3"
            yield
            return
        from tests.plugins import postgres

        server = postgres.start()
        try:
            os.environ["DATABASE_URL"] = server.address_of("postgres")
            yield
        finally:
            server.stop()


def vocabulary(chance: random.Random) -> list[str]:
    """The words of the site's own translations, the commonest first, and rare compounds of them."""
    said = " ".join((LOCALES / language / "LC_MESSAGES" / "django.po").read_text("utf-8") for language in ("fi", "sv"))
    strings = " ".join(re.findall(r'^msgstr(?:\[\d\])? "(.*)"$', said, re.MULTILINE))
    found = re.findall(r"[a-zåäö]{3,}", strings.lower())
    plain = sorted(set(found), key=lambda word: -found.count(word))
    rare = {chance.choice(plain) + chance.choice(plain) for _ in range(RARE_WORDS)}
    return [*plain, *sorted(rare - set(plain))]


def fill(organisations: int, words: Sequence[str], chance: random.Random) -> None:
    """Write confirmed organisations with labels, regions and words, many rows at once."""
    from django.db import connection, transaction
    from django.utils import timezone

    from kumppani.network.codes import choices_of
    from kumppani.network.index import known_words
    from kumppani.network.models import Facet, Organisation, OrganisationLabel, State, Word
    from kumppani.regions.models import Region

    for start in range(0, len(words), 5000):
        with transaction.atomic():
            known_words(list(words[start : start + 5000]))
    numbers = dict(Word.objects.values_list("text", "pk"))
    weights = [1 / (place + 3) for place in range(len(words))]
    regions, now = list(Region.objects.all()), timezone.now()
    facets = {facet: [code for code, _ in choices_of(facet)] for facet in Facet}
    kinds = [code for code, _ in choices_of("kinds")]
    for start in range(0, organisations, AT_ONCE):
        places = range(start, min(start + AT_ONCE, organisations))
        with transaction.atomic():
            said = {place: set(chance.choices(words, weights, k=WORDS_OF_AN_ORGANISATION)) for place in places}
            made = Organisation.objects.bulk_create(
                [
                    Organisation(
                        code=f"organisation-{place}",
                        name=" ".join(sorted(said[place])[:2]).capitalize() + f" {place}",
                        text=" ".join(said[place]),
                        language=chance.choice(("fi", "sv")),
                        kind=chance.choice(kinds),
                        home=chance.choice(regions),
                        contact_email="nobody@example.org",
                        state=State.CONFIRMED,
                        sent_at=now,
                        confirmed_at=now - timedelta(days=chance.randrange(600)),
                    )
                    for place in places
                ],
                batch_size=500,
            )
            OrganisationLabel.objects.bulk_create(
                [
                    OrganisationLabel(organisation=one, facet=facet, code=code)
                    for one in made
                    for facet, codes in facets.items()
                    for code in chance.sample(codes, 2)
                ],
                batch_size=2000,
            )
            at_work = Organisation.regions.through
            at_work.objects.bulk_create(
                [at_work(organisation=one, region=region) for one in made for region in chance.sample(regions, 2)],
                batch_size=2000,
            )
            table = connection.ops.quote_name(Organisation.words.through._meta.db_table)
            rows = [(numbers[word], one.pk) for place, one in zip(places, made, strict=True) for word in said[place]]
            with connection.cursor() as cursor:
                if connection.vendor == "postgresql":
                    with cursor.copy(f"COPY {table} (word_id, organisation_id) FROM STDIN") as copy:
                        for row in rows:
                            copy.write_row(row)
                else:
                    cursor.executemany(f"INSERT INTO {table} (word_id, organisation_id) VALUES (%s, %s)", rows)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def questions(words: Sequence[str], number: int, chance: random.Random) -> Iterator[str]:
    """What readers ask for: common and rare words, misspelt ones, two words, facets, later pages."""
    from kumppani.network.codes import choices_of

    themes = [code for code, _ in choices_of("themes")]
    for place in range(number):
        word = words[min(int(len(words) ** chance.random()), len(words) - 1)]
        if place % 4 == 1:
            cut = chance.randrange(len(word))
            word = word[:cut] + word[cut + 1 :]
        if place % 4 == 2:
            word += " " + words[int(len(words) ** chance.random() * 0.5)]
        asked = f"?q={word}" if place % 10 else "?q="
        if place % 3 == 1:
            asked += f"&theme={chance.choice(themes)}"
        yield asked + (f"&page={chance.randrange(2, 30)}" if place % 7 == 3 else "")


def measured(asked: Sequence[str], page: Callable[[str], None]) -> list[tuple[float, str]]:
    times = []
    for each in asked:
        began = time.perf_counter()
        page(each)
        times.append((time.perf_counter() - began, each))
    return times


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m benchmarks.search", description=__doc__)
    arguments.add_argument("--organisations", type=int, default=100_000)
    arguments.add_argument("--questions", type=int, default=400)
    arguments.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--keep", metavar="FOLDER", help="of SQLite: fill a database there, or use the one that is")
    given = arguments.parse_args()
    chance = random.Random(given.seed)
    with database(given.database, given.keep):
        import django

        django.setup()
        from django.core.management import call_command
        from django.test import Client

        from kumppani.network.models import Organisation

        call_command("migrate", verbosity=0)
        words = vocabulary(chance)
        began = time.perf_counter()
        if not Organisation.objects.exists():
            fill(given.organisations, words, chance)
        print(f"{given.organisations} organisations, {len(words)} words, {given.database}: "
              f"filled in {time.perf_counter() - began:.0f} s", flush=True)  # fmt: skip
        client = Client()

        def page(query: str) -> None:
            assert client.get(f"/fi/network/{query}").status_code == 200

        page("")
        times = sorted(measured([*questions(words, given.questions, chance)], page))
        cuts = quantiles([seconds for seconds, _ in times], n=100)
        print(f"median {cuts[49]:.3f} s, p95 {cuts[94]:.3f} s, p99 {cuts[98]:.3f} s, longest {times[-1][0]:.3f} s")
        for seconds, query in times[-8:]:
            print(f"  {seconds:.3f} s  {query}")


if __name__ == "__main__":
    main()

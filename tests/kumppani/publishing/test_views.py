"""The pages: who is let in where, what they show, and how often they ask the database."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kumppani.accounts.models import Person
from kumppani.accounts.roles import Role
from kumppani.publishing.actions.editions import send_for_review
from kumppani.publishing.models import Edition
from kumppani.publishing.previewing import HOLDS_FOR, token_of
from kumppani.publishing.urls import urlpatterns
from tests.kumppani.conftest import MakePerson
from tests.kumppani.publishing.conftest import HOUR, Published, Translated, Written, saved

pytestmark = pytest.mark.django_db
SignedIn = Callable[[Person], Client]
INLINE = re.compile(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:")

WHO = ("anonymous", "stranger", "author", "here", "elsewhere", "administrator")
"""Nobody, a person without ties, who submitted the practice, a coordinator of its region and of another, an
administrator of the programme."""


@dataclass
class Stage:
    """A good practice of Uusimaa in review, and published news."""

    clients: dict[str, Client]
    practice: Edition
    news: Edition

    def address(self, name: str) -> str:
        item, language = self.practice.item_id, self.practice.language
        assert self.practice.newest is not None
        given: dict[str, list[Any]] = {
            "texts-in-hand": [],
            "begin-text": ["news"],
            "text-preview": [token_of(self.practice.newest)],
            "text-room": [item],
            "text-about": [item],
            "practice-holds": [item],
            "restore-text": [item, language, 1],
            "texts": ["news"],
            "texts-feed": ["news"],
            "text": ["practices", self.practice.item.slug],
            "text-plain": ["practices", self.practice.item.slug],
        }
        return reverse(name, args=given.get(name, [item, language]))


@pytest.fixture
def stage(
    somebody: MakePerson,
    signed_in: SignedIn,
    written: Written,
    published: Published,
    regional: Callable[[str], Person],
) -> Stage:
    author = somebody()
    practice, news = written("Hidden one", kind="practices", by=author), written("Public one")
    published(news)
    saved(practice, by=author, title="Hidden one")
    practice.refresh_from_db()
    send_for_review(edition=practice, by=author, at=timezone.now())
    people = {
        "stranger": somebody(),
        "author": author,
        "here": regional("uusimaa"),
        "elsewhere": regional("lappi"),
        "administrator": somebody(Role.ADMINISTRATOR),
    }
    clients = {"anonymous": Client(), **{who: signed_in(person) for who, person in people.items()}}
    return Stage(clients, practice, news)


# For each page that is read: the status for each of WHO. 302 leads to sign in; 404 tells nothing of what is hidden.
READ = {
    "texts": (200, 200, 200, 200, 200, 200),
    "texts-feed": (200, 200, 200, 200, 200, 200),
    "text": (404, 404, 404, 404, 404, 404),
    "text-plain": (404, 404, 404, 404, 404, 404),
    "text-preview": (200, 200, 200, 200, 200, 200),
    "texts-in-hand": (302, 200, 200, 200, 200, 200),
    "begin-text": (302, 403, 403, 200, 200, 200),
    "text-room": (302, 404, 200, 200, 404, 200),
    "text-about": (302, 404, 200, 200, 404, 200),
    "write-text": (302, 404, 200, 200, 404, 200),
    "review-text": (302, 404, 200, 200, 404, 200),
    "text-versions": (302, 404, 200, 200, 404, 200),
}
# For each deed: what an empty form brings. 302 of those who are signed in: done, or said why not (by a message).
DONE = {
    "send-text": (302, 404, 302, 302, 404, 302),
    "hand-back-text": (302, 404, 403, 400, 404, 400),
    "publish-text": (302, 404, 403, 400, 404, 400),
    "withdraw-text": (302, 404, 403, 302, 404, 302),
    "practice-holds": (302, 404, 302, 302, 404, 302),
    "restore-text": (302, 404, 302, 302, 404, 302),
}


def test_the_tables_name_every_address():
    assert READ.keys() | DONE.keys() == {pattern.name for pattern in urlpatterns}


@pytest.mark.parametrize("name", READ)
def test_who_reads_a_page(name: str, stage: Stage):
    answers = {who: stage.clients[who].get(stage.address(name)) for who in WHO}

    assert {who: answer.status_code for who, answer in answers.items()} == dict(zip(WHO, READ[name], strict=True))
    for answer in answers.values():
        page = answer.content.decode()
        is_page = answer.status_code == 200 and "html" in answer.headers["Content-Type"]
        assert not is_page or (page.count("<h1"), INLINE.findall(page)) == (1, [])


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("name", DONE)
def test_who_does_a_deed(name: str, who: str, stage: Stage):
    status = stage.clients[who].post(stage.address(name)).status_code

    assert status == dict(zip(WHO, DONE[name], strict=True))[who]


def test_what_is_not_published_leaves_by_no_channel(
    stage: Stage, written: Written, published: Published, writer: Person
):
    scheduled = written("Hidden until tomorrow", body="Hidden words")
    published(scheduled, from_=timezone.now() + timedelta(days=1))
    saved(stage.news, by=writer, title="Hidden draft of it")
    client = stage.clients["stranger"]
    not_public = ("hidden one", "hidden until", "hidden words", "hidden draft", "hidden-")

    for address in (
        "/fi/news/",
        "/fi/news/?q=hidden",
        "/fi/practices/",
        "/fi/news/feed.atom",
        "/fi/practices/feed.atom",
        "/sitemap.xml",
        "/fi/new/",
        "/fi/new/feed.atom",
        "/fi/",
        f"/fi/news/{stage.news.item.slug}/",
        "/fi/texts/",
        "/fi/deeds/",
    ):
        for reader in (client, Client()):
            page = reader.get(address).content.decode().replace("\u00ad", "").lower()
            assert [words for words in not_public if words in page] == [], address
    assert "Public one" in client.get("/fi/news/feed.atom").content.decode()
    assert "public-one" in client.get("/sitemap.xml").content.decode()
    assert "Public one" in Client().get("/fi/new/").content.decode()


def posted(**other: Any) -> dict[str, Any]:
    usual = {
        "original": "en",
        "title": "Cafés in five towns",
        "lead": "They open in May.",
        "body": '## Where\n\nIn [Kemi](https://example.org/kemi "fi") <script>alert(1)</script>',
        "home": "lappi",
        "regions": ["lappi"],
        "themes": ["education"],
    }
    return {**usual, **other}


def test_news_is_written_translated_published_and_read(
    signed_in: SignedIn, regional: Callable[[str], Person], somebody: MakePerson
):
    writer, reviewer = signed_in(regional("lappi")), signed_in(regional("lappi"))

    room = writer.post("/en/texts/begin/news/", posted()).headers["Location"]
    writer.post(f"{room}sv/", {"title": "Kaféer", "body": "I fem städer", "after": 0, "follows": 1})
    writer.post(f"{room}en/send/")
    assert "Cafés in five towns" in reviewer.get("/en/texts/").content.decode()
    assert "1 text in review" in reviewer.get("/en/workplace/").content.decode()
    reviewer.post(f"{room}en/publish/", {"number": 1})

    page = Client().get("/en/news/cafes-in-five-towns/").content.decode()
    assert "<h2>Where</h2>" in page
    assert '<a href="https://example.org/kemi" rel="noopener" hreflang="fi">Kemi (in Finnish)</a>' in page
    assert "<script>alert" not in page and "&lt;script&gt;" in page
    assert "Cafés in five towns" in Client().get("/en/").content.decode()
    swedish = Client().get("/sv/news/cafes-in-five-towns/")
    assert swedish.status_code == 200
    assert "Cafés in five towns" in swedish.content.decode() and "noindex" in swedish.content.decode()
    assert "Kaféer" not in swedish.content.decode()


def test_a_reader_goes_to_her_language_and_to_plain_words(
    written: Written, translated: Translated, published: Published
):
    fi = written("Suomeksi")
    published(fi)
    assert Client().get(f"/fi/news/{fi.item.slug}/plain/").status_code == 302
    published(translated(fi, "fi-plain", "Selkeästi"))
    published(translated(fi, "ar", "بالعربية"))

    plain = Client().get(f"/fi/news/{fi.item.slug}/plain/").content.decode()
    page = Client().get(f"/fi/news/{fi.item.slug}/").content.decode()
    assert '<h1 lang="fi" dir="ltr">Selkeästi</h1>' in plain
    assert f'href="/fi/news/{fi.item.slug}/plain/"' in page
    assert f'hreflang="ar" href="/ar/news/{fi.item.slug}/"' in page
    assert '<h1 lang="ar" dir="rtl">' in Client().get(f"/ar/news/{fi.item.slug}/").content.decode()


def test_each_language_has_its_own_feed_with_its_own_times(
    written: Written, translated: Translated, published: Published
):
    fi = written("Suomeksi")
    published(fi)
    published(translated(fi, "sv", "På svenska"), at=timezone.now() - HOUR)

    finnish, swedish = (Client().get(f"/{code}/news/feed.atom").content.decode() for code in ("fi", "sv"))
    assert "Suomeksi" in finnish and "På svenska" not in finnish
    assert "På svenska" in swedish and "Suomeksi" not in swedish
    assert "<published>2026-11-02T10:00:00+00:00</published>" in finnish
    assert "<published>2026-11-02T10:00:00+00:00</published>" not in swedish


def test_the_sitemap_names_every_language_of_a_text(written: Written, translated: Translated, published: Published):
    fi = written("Suomeksi")
    published(fi)
    published(translated(fi, "sv", "På svenska"))
    published(translated(fi, "fi-plain", "Selkeästi"))

    sitemap = Client().get("/sitemap.xml").content.decode()
    assert re.findall(r"<loc>[^<]*?(/\w\w/[^<]*)</loc>", sitemap) == [
        "/fi/news/suomeksi/",
        "/sv/news/suomeksi/",
        "/fi/news/suomeksi/plain/",
    ]
    assert sitemap.count('hreflang="sv"') == 2


def test_a_search_finds_a_text_by_the_words_of_any_of_its_languages(
    written: Written, translated: Translated, published: Published
):
    fi = written("Kielikahvilat avataan", body="Keskustelua asumisesta.")
    published(fi)
    published(translated(fi, "sv", "Språkkaféer", body="Samtal om boende."))
    published(written("Muuta", body="Aivan toista."))

    def found(query: str) -> list[str]:
        page = Client().get(f"/fi/news/?{query}").content.decode()
        return re.findall(r'<h2 class="h3"[^>]*><a [^>]*>([^<]*)</a>', page.replace("\u00ad", ""))

    assert found("q=kielikahviloita") == ["Kielikahvilat avataan"]
    assert found("q=asuminen") == ["Kielikahvilat avataan"]
    assert found("q=boendet") == ["Kielikahvilat avataan"]
    assert found("q=olematon") == []
    assert found("theme=education&place=uusimaa") == ["Muuta", "Kielikahvilat avataan"]
    assert found("place=lappi") == []


def test_of_two_who_edit_at_once_the_second_sees_both_and_can_save(
    written: Written, writer: Person, signed_in: SignedIn
):
    edition = written("As it was")
    client, address = signed_in(writer), f"/en/texts/{edition.item_id}/fi/"

    client.post(address, {"title": "By the first", "body": "x", "after": 1})
    refused = client.post(address, {"title": "By the second", "body": "x", "after": 1})
    page = refused.content.decode()
    assert refused.status_code == 400
    assert "By the first" in page and "By the second" in page and 'name="after" value="2"' in page
    client.post(address, {"title": "By the second", "body": "x", "after": 2})
    assert Edition.objects.get().newest.title == "By the second"


def test_a_preview_is_read_by_its_link_for_two_weeks(written: Written, monkeypatch: pytest.MonkeyPatch):
    edition = written("Before its time")
    assert edition.newest is not None
    token = token_of(edition.newest)

    answer = Client().get(f"/en/texts/preview/{token}/")
    assert "Before its time" in answer.content.decode()
    assert (answer.headers["X-Robots-Tag"], answer.headers["Cache-Control"]) == ("noindex", "private, no-store")
    assert Client().get(f"/en/texts/preview/{token}x/").status_code == 404
    monkeypatch.setattr(signing.time, "time", lambda: timezone.now().timestamp() + HOLDS_FOR.total_seconds() + 60)
    assert Client().get(f"/en/texts/preview/{token}/").status_code == 404


def test_versions_are_compared_word_by_word(written: Written, writer: Person, signed_in: SignedIn):
    edition = written("Cafés", body="We meet on Monday.")
    saved(edition, by=writer, body="We meet on Tuesday.")

    page = signed_in(writer).get(f"/en/texts/{edition.item_id}/fi/versions/?from=1&to=2").content.decode()
    assert "We meet on <del>Monday</del><ins>Tuesday</ins>." in page
    odd = signed_in(writer).get(f"/en/texts/{edition.item_id}/fi/versions/?from={'9' * 40}&to=x")
    assert odd.status_code == 200


@pytest.mark.parametrize(
    "address", ["/fi/news/", "/fi/news/feed.atom", "/fi/", "/sitemap.xml", "/fi/texts/", "/fi/new/"]
)
def test_a_page_asks_as_often_for_one_text_as_for_many(
    address: str, written: Written, translated: Translated, published: Published, signed_in: SignedIn, writer: Person
):
    client = signed_in(writer) if address == "/fi/texts/" else Client()

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    fi = written("Suomeksi")
    published(fi)
    published(translated(fi, "sv", "På svenska"))
    asked()
    once = asked()
    for number in range(4):
        more = written(f"Lisää {number}")
        published(more)
        published(translated(more, "sv", f"Mer {number}"))
    assert asked() == once


def test_a_change_of_times_is_refused_where_it_makes_no_sense(
    written: Written, writer: Person, reviewer: Person, signed_in: SignedIn
):
    edition = written()
    send_for_review(edition=edition, by=writer, at=timezone.now())
    address = f"/en/texts/{edition.item_id}/fi/publish/"

    wrong = signed_in(reviewer).post(address, {"number": 1, "from_": "2099-01-02T10:00", "until": "2099-01-01T10:00"})
    assert wrong.status_code == 400 and "taken away before it is published" in wrong.content.decode()
    signed_in(reviewer).post(address, {"number": 1, "from_": "2099-01-02T10:00"})
    room = signed_in(writer).get(f"/en/texts/{edition.item_id}/").content.decode()
    assert "scheduled" in room and "Readers see it from 2 Jan 2099, 10:00" in room

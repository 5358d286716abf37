"""A workspace from its founding to its export: somebody is invited, a task split, and ended by an outsider's link."""

from __future__ import annotations

import json
import re
import zipfile

import pytest
from playwright.sync_api import expect

from tests.accessibility import violations_of
from tests.journeys.people import press, save

pytestmark = pytest.mark.journey


def test_from_the_founding_to_the_archive(live_site, at_work, page_without_javascript, tmp_path):
    member, host = at_work("member"), at_work("host")
    member.goto(f"{live_site.url}/en/projects/")
    member.get_by_role("link", name="Found a workspace").click()
    press(member, "Found it")
    expect(member.get_by_role("alert")).to_contain_text("Write something here.")
    member.get_by_label("Name of the workspace").fill("A fair for newcomers")
    member.get_by_label("What it is about, in a sentence").fill("We prepare a fair in spring.")
    press(member, "Found it")
    expect(member.get_by_role("heading", level=1)).to_have_text("A fair for newcomers")
    workspace = member.url

    host.goto(workspace)
    expect(host.get_by_role("heading", level=1)).not_to_have_text("A fair for newcomers")
    member.goto(f"{workspace}people/")
    member.get_by_label("E-mail address").fill("host@demonstration.example")
    press(member, "Invite")
    host.goto(f"{live_site.url}/en/projects/")
    invitation = host.get_by_role("listitem").filter(has_text="A fair for newcomers")
    invitation.get_by_role("button", name="Accept").click()
    expect(host.get_by_role("heading", level=1)).to_have_text("A fair for newcomers")

    host.get_by_role("link", name="Write a task").click()
    host.get_by_label("Title").fill("Set up the hall")
    host.get_by_label("Checklist").fill("Chairs\nTables")
    press(host, "Save")
    task = host.url
    host.get_by_role("link", name="Split off a part").click()
    host.get_by_label("Title").fill("Borrow a projector")
    press(host, "Save")
    expect(host.get_by_text("Has the part:")).to_be_visible()

    host.get_by_text("Make a link", exact=True).click()
    host.get_by_label("For whom").fill("Veera of the youth club")
    press(host, "Make the link")
    link = host.locator(".code").inner_text()

    outsider = page_without_javascript
    outsider.goto(link)
    expect(outsider.get_by_role("heading", level=1)).to_have_text("Set up the hall")
    expect(outsider.get_by_text("A fair for newcomers")).to_have_count(0)
    outsider.get_by_label("Your comment").fill("We bring forty chairs.")
    press(outsider, "Comment")
    outsider.get_by_role("button", name="Done: Chairs").click()
    press(outsider, "The whole task is done")
    expect(outsider.get_by_text("This task is ended. Thank you!")).to_be_visible()
    assert outsider.context.cookies() == []

    host.goto(link)
    assert violations_of(host) == ()
    host.goto(task)
    expect(host.get_by_text("We bring forty chairs.")).to_be_visible()
    expect(host.get_by_text("Veera of the youth club (by a link)").first).to_be_visible()

    member.goto(workspace)
    press(member, "Archive")
    expect(member.get_by_text("It is in the archive.").first).to_be_visible()
    outsider.goto(link)
    expect(outsider.get_by_role("heading", level=1)).to_have_text("This link works no more")
    archive = save(member, "Take everything along (ZIP)", tmp_path / "workspace.zip", role="link")
    with zipfile.ZipFile(archive) as opened:
        said = json.loads(opened.read("workspace.json"))
        assert {"index.html", "tasks.csv", "workspace.json"} <= set(opened.namelist())
    assert [(entry["title"], entry["status"]) for entry in said["tasks"]] == [
        ("Set up the hall", "done"),
        ("Borrow a projector", "todo"),
    ]
    assert re.search("forty chairs", json.dumps(said))

"""The page of `show`, looked at in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mwaa_ecs.show import Picture, page
from mwaa_ecs.show.model import Draft

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request

NASTY = "</script><img src=http://127.0.0.1:9/x onerror=alert(1)>\"'&{{x}}`"


@pytest.fixture
def requests(page: Page) -> list[Request]:
    """Every request that the browser makes; the page's own comes first."""
    found: list[Request] = []
    page.on("request", lambda one: found.append(one))
    return found


@pytest.fixture
def opened(page: Page, picture: Picture, requests: list[Request], tmp_path: Path) -> Page:
    return _open(page, picture, tmp_path)


def _open(browser_page: Page, picture: Picture, folder: Path) -> Page:
    file = folder / "show.html"
    file.write_text(page(picture), encoding="utf-8")
    browser_page.goto(file.as_uri())
    return browser_page


def visible(page: Page) -> set[str]:
    """Return the titles of the boxes that are not filtered away."""
    titles = page.locator(".node:not(.hidden) > title").all_text_contents()
    return set(titles)


def test_every_thing_is_a_box_and_the_picture_is_not_blank(
    opened: Page, picture: Picture
) -> None:
    assert opened.locator(".node").count() == len(picture.nodes)
    assert opened.locator(".edge").count() == len(picture.edges)
    colours = opened.locator("#picture").screenshot()
    opened.locator("svg").evaluate("one => one.remove()")
    assert colours != opened.locator("#picture").screenshot()


def test_a_search_keeps_what_fits_and_what_it_is_connected_to(opened: Page) -> None:
    everything = visible(opened)
    opened.get_by_role("searchbox").fill("JOBS-HELLO task")
    found = visible(opened)
    assert "task definition jobs-hello" in found
    assert "parameter /mwaa/tasks/hello" in found
    assert not {"task definition jobs-etl", "DAG dags/daily.py"} & found
    opened.get_by_role("searchbox").fill("")
    assert visible(opened) == everything


def test_a_click_on_a_policy_or_a_role_shows_the_policy_in_words(opened: Page) -> None:
    details = opened.locator("#details")
    opened.locator('.node[data-id="policy:jobs-execution/jobs"]').click()
    assert "jobs-execution may ecr:GetAuthorizationToken on *" in details.inner_text()
    opened.locator('.node[data-id="role:AmazonMWAA-demo"]').press("Enter")
    assert (
        "AmazonMWAA-demo may ecs:RunTask on ecs task-definition/jobs-etl:*, ecs "
        "task-definition/jobs-hello:* where ecs:cluster is ecs cluster/jobs-cluster"
    ) in details.inner_text()
    details.get_by_role("button", name="policy MWAA-Execution-Policy-demo").click()
    assert "who has it may" in details.inner_text()


def test_no_request_leaves_the_page_and_no_name_is_read_as_html(
    page: Page, requests: list[Request], tmp_path: Path
) -> None:
    draft = Draft(NASTY)
    role = draft.add("role", NASTY, details=[(NASTY, NASTY)])
    draft.link(role, draft.add("policy", f"x{NASTY}", rights=[NASTY]), NASTY)
    draft.note(NASTY)
    _open(page, draft.done(), tmp_path)
    page.locator(".node").first.click()
    assert NASTY in page.locator("#details").inner_text()
    assert page.locator("img").count() == 0
    # Whatever runs in the page reaches nothing: not even what its own script would load.
    refused = page.evaluate("fetch('http://127.0.0.1:9/x').then(() => 'sent', () => 'refused')")
    assert refused == "refused"
    assert [one.url for one in requests if not one.url.startswith("file:")] == []

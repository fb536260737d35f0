"""The documentation as a site: `make site`."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from build_site import SiteError, build, navigation, stage, with_site_lists
from unit.sandbox.ecs_story import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

ADDRESS = "https://github.com/team/terraform-aws-mwaa-ecs-operator"
SETTINGS = '[project]\nsite_name = "Docs"\ndocs_dir = "pages"\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small repository: a README, two pages and a module."""
    files = {
        "pyproject.toml": (
            f'[project]\nversion = "1.0.0"\n[project.urls]\nRepository = "{ADDRESS}"\n'
        ),
        "README.md": (
            f"# All\n\n[one]({ADDRESS}/blob/v1.0.0/docs/one.md#here)\n"
            f"![a]({ADDRESS}/raw/v1.0.0/docs/a.png)\n"
        ),
        "docs/a.png": "",
        "main.tf": "",
        "docs/README.md": "# Docs\n\n## Engineer: run it\n\n1. [one.md](one.md): one.\n",
        "docs/one.md": (
            "# One\n\n## Here\n\n[all](../README.md) [code](../main.tf)\n"
            "[store](../modules/store)\n"
            "\n```md\n[left](alone.md)\n```\n\nA platypus lays eggs.\n"
        ),
        "docs/site.toml": SETTINGS,
        "docs/site.css": "",
        "modules/store/README.md": "# Store\n",
    }
    for name, text in files.items():
        path = tmp_path / "repository" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "repository"


def test_links_lead_to_pages_of_the_site_and_else_to_the_repository(
    root: Path, tmp_path: Path
) -> None:
    stage(tmp_path / "pages", root)
    readme = (tmp_path / "pages" / "README.md").read_text()
    assert "[one](docs/one.md#here)" in readme
    assert f"![a]({ADDRESS}/raw/v1.0.0/docs/a.png)" in readme
    one = (tmp_path / "pages" / "docs" / "one.md").read_text()
    assert f"[code]({ADDRESS}/blob/v1.0.0/main.tf)" in one
    assert "[store](../modules/store/README.md)" in one
    assert "[left](alone.md)" in one


def test_a_list_below_a_paragraph_and_a_list_in_a_list_stay_lists() -> None:
    list_ = "- `a`: one,\n  of two.\n  - `b`: code:\n    ```\n      x\n    ```\n"
    deep = "- `a`: one,\n    of two.\n    - `b`: code:\n        ```\n          x\n        ```\n"
    assert with_site_lists(f"All:\n{list_}\nEnd.\n  x") == f"All:\n\n{deep}\nEnd.\n  x"


def test_a_page_that_no_list_names_is_refused(root: Path) -> None:
    (root / "docs" / "two.md").write_text("# Two\n")
    with pytest.raises(SiteError, match=r"two\.md is in none of its lists"):
        navigation(root)


@pytest.mark.parametrize("link", ["none.md", "one.md#nowhere"])
def test_a_dead_link_fails_the_build_with_its_page(root: Path, link: str) -> None:
    page = root / "docs" / "one.md"
    page.write_text(f"{page.read_text()}\n[dead]({link})\n")
    with pytest.raises(SiteError, match=r"docs/one\.md"):
        build(root, None)


@pytest.fixture
def address(root: Path, tmp_path: Path) -> Iterator[str]:
    """The address of the small repository's site."""
    build(root, tmp_path / "site")
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path / "site"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_a_word_of_a_page_is_found_by_the_search(page: Page, address: str) -> None:
    from playwright.sync_api import TimeoutError as TooLateError

    page.goto(address)
    word = page.get_by_role("combobox", name="Search")

    def is_open() -> bool:
        # The page does not hear a key before its program has started.
        page.keyboard.press("/")
        try:
            word.wait_for(timeout=2000)
        except TooLateError:
            return False
        return True

    until(is_open, 120.0)
    word.fill("platypus")
    page.get_by_text("lays eggs").click()
    page.wait_for_url("**/docs/one/**")

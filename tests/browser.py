"""A real browser for the tests that look at a page: Debian's Chromium, driven by Playwright.

Playwright's own download of a browser is not used: `.ci/run` installs Debian's package.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


def _options() -> list[str]:
    """Chromium refuses to run as root with its sandbox; a container's /dev/shm is small."""
    options = ["--disable-dev-shm-usage"]
    return [*options, "--no-sandbox"] if os.geteuid() == 0 else options


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window.

    Yields:
        The browser. It ends with the block.

    Raises:
        Skipped: There is no browser on this machine.
    """
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        pytest.skip(
            "no browser looks at this page: none of "
            f"{', '.join(_PROGRAMS)} is installed (Debian: apt-get install chromium)"
        )
    # Importing it takes half a second, which most tests need not spend.
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_options())
        try:
            yield browser
        finally:
            browser.close()

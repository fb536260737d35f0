"""What a user does on Airflow's page, in each generation of Airflow."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from local_mwaa.local_airflow import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Page

_ENDED = re.compile("success|failed")
_COUNT = re.compile(r"^\d+$")


class AirflowPage(Protocol):
    """A browser that has logged in."""

    browser: Page

    def open_dags(self) -> None:
        """Open the list of DAGs."""

    def open_dag(self, dag_id: str) -> None:
        """Open a DAG from the list."""

    def switch_on(self) -> None:
        """Switch on the DAG that is open."""

    def trigger(self) -> None:
        """Trigger the DAG that is open, which opens its new run."""

    def open_log(self, task_id: str) -> None:
        """Wait until a task of the run that is open has ended, and open its log."""

    def open_import_errors(self, file: str) -> None:
        """Open what is wrong with a DAG file that cannot be imported."""

    def leave(self) -> None:
        """Show nothing, so that nothing asks Airflow again and again."""


class _AnyPage:
    def __init__(self, browser: Page, url: str) -> None:
        self.browser, self._url = browser, url

    def leave(self) -> None:
        self.browser.goto("about:blank")


class Airflow3Page(_AnyPage):
    """The page of Airflow 3."""

    def open_dags(self) -> None:
        if self.browser.url.startswith(self._url):
            # The page that is there already need not be loaded again.
            self.browser.get_by_role("link", name="Dags", exact=True).first.click()
        else:
            self.browser.goto(f"{self._url}/dags")

    def open_dag(self, dag_id: str) -> None:
        self.open_dags()
        self.browser.get_by_role("link", name=dag_id, exact=True).first.click()
        self.browser.wait_for_url(f"**/dags/{dag_id}*")

    def switch_on(self) -> None:
        self.browser.locator("label:has(input[type=checkbox])").first.click()
        self.browser.locator("label[data-state=checked]").first.wait_for()

    def trigger(self) -> None:
        self.browser.get_by_label("Trigger Dag").click()
        dialog = self.browser.get_by_role("dialog")
        dialog.get_by_role("button", name="Trigger").click()
        self.browser.wait_for_url("**/runs/*")

    def open_log(self, task_id: str) -> None:
        rows = self.browser.get_by_role("row").filter(has_text=task_id)
        row = rows.filter(has_text=_ENDED)
        row.get_by_role("link", name=task_id).click()
        self.browser.get_by_role("button", name="Wrap", exact=True).click()

    def open_import_errors(self, file: str) -> None:
        self.open_dags()
        self.browser.locator("button[title*='Import Error']").click()
        self.browser.get_by_role("dialog").get_by_role("button", name=file).click()


class Airflow2Page(_AnyPage):
    """The page of Airflow 2."""

    def open_dags(self) -> None:
        self.browser.goto(f"{self._url}/home")

    def open_dag(self, dag_id: str) -> None:
        self.open_dags()
        self.browser.get_by_role("link", name=dag_id, exact=True).first.click()
        self.browser.wait_for_url(f"**/dags/{dag_id}/grid*")

    def switch_on(self) -> None:
        self.browser.locator("label.switch-label:has(#pause_resume)").click()
        self.browser.locator("#pause_resume:checked").wait_for(state="attached")

    def trigger(self) -> None:
        self.browser.get_by_label("Trigger DAG").click()
        self.browser.wait_for_url("**dag_run_id=*")

    def open_log(self, task_id: str) -> None:
        status = self.browser.get_by_role("row").filter(has_text="Status")
        status.filter(has_text=_ENDED).first.wait_for()
        self.browser.get_by_test_id("task-instance").first.click()
        self.browser.get_by_role("tab", name="Logs").click()

    def open_import_errors(self, file: str) -> None:
        self.open_dags()
        self.browser.get_by_role("button", name="DAG Import Errors").click()
        self.browser.get_by_text(file).click()


def log_in(browser: Page, link: str, *, is_2: bool) -> AirflowPage:
    """Open the link that the terminal shows; wait for Airflow's page."""
    browser.set_default_timeout(PATIENCE * 1000)
    browser.goto(link)
    browser.wait_for_url(lambda url: "/aws_mwaa/" not in url)
    url = link.partition("/aws_mwaa/")[0]
    return Airflow2Page(browser, url) if is_2 else Airflow3Page(browser, url)


def take_screenshot(page: AirflowPage, folder: Path | None, name: str) -> None:
    """Write docs/images/NAME.png, if it was asked for."""
    if folder is not None:
        page.browser.screenshot(path=folder / f"{name}.png", animations="disabled")

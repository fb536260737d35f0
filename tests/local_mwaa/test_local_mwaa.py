"""A local MWAA as its users meet it: in a browser, in their editor, and by MWAA's API."""

from __future__ import annotations

import base64
import os
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import requests

from local_mwaa.kills import SETTINGS, STOPPED_BY_AIRFLOW, Kills, end_tasks, wait
from local_mwaa.local_airflow import PATIENCE, LocalAirflow, local_airflow
from local_mwaa.pages import AirflowPage, log_in, take_screenshot
from mwaa_ecs.sandbox.environment import CA_BUNDLE
from unit.sandbox.ecs_story import until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

VERSIONS = ("3.0.6", pytest.param("2.10.3", marks=pytest.mark.versions))

pytestmark = pytest.mark.airflow


@pytest.fixture(scope="module", params=VERSIONS)
def local(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LocalAirflow]:
    """One running Airflow for all tests of a version."""
    work = tmp_path_factory.mktemp("local-mwaa")
    with local_airflow(request.param, work, settings=SETTINGS) as running:
        yield running


# An open page of Airflow 3 takes 0.4 s of processor time a second, and 3.5 s to load, so that
# one is shared, and loaded when there is something to see.


@pytest.fixture(scope="module")
def shared_page(browser: Browser, local: LocalAirflow) -> Iterator[AirflowPage]:
    """Airflow's page."""
    local.wait_for("hello_world")
    with browser.new_context() as context:
        yield _logged_in(context.new_page(), local)


def _logged_in(page: Page, local: LocalAirflow) -> AirflowPage:
    """Log in by a link as the terminal shows it."""
    mwaa = local.up.mwaa
    return log_in(page, mwaa.door.link(), is_2=mwaa.airflow.client.is_2)


@pytest.fixture
def airflow(shared_page: AirflowPage) -> Iterator[AirflowPage]:
    """Airflow's page, which shows nothing between tests."""
    yield shared_page
    shared_page.leave()


# -- in a browser --------------------------------------------------------------------------


def test_a_dag_is_switched_on_and_triggered_and_its_log_has_the_containers_line(
    airflow: AirflowPage, local: LocalAirflow, screenshots: Path | None
) -> None:
    before = local.stopped()
    _run_on_the_page(airflow, local, "hello_world")
    airflow.open_log("hello")
    airflow.browser.get_by_text("Hello from Docker!").first.scroll_into_view_if_needed()
    take_screenshot(airflow, screenshots, "task-log")
    (task,) = local.stopped() - before
    airflow.browser.get_by_text(task.rpartition("/")[2]).first.wait_for()
    airflow.open_dag("hello_world")
    airflow.browser.get_by_text("hello", exact=True).first.wait_for()
    take_screenshot(airflow, screenshots, "grid")


def _run_on_the_page(airflow: AirflowPage, local: LocalAirflow, dag_id: str) -> None:
    """Switch a DAG on and trigger it; open its run when that has ended."""
    airflow.open_dag(dag_id)
    airflow.switch_on()
    airflow.trigger()
    run = airflow.browser.url
    airflow.leave()
    (run_id,) = local.runs(dag_id)
    local.ended(dag_id, run_id)
    airflow.browser.goto(run)


def test_the_log_of_a_failed_task_has_the_reason_and_the_remedy(
    airflow: AirflowPage, local: LocalAirflow, screenshots: Path | None
) -> None:
    local.wait_for("no_such_image")
    _run_on_the_page(airflow, local, "no_such_image")
    airflow.open_log("pulled")
    airflow.browser.get_by_text("CannotPullContainerError").first.scroll_into_view_if_needed()
    take_screenshot(airflow, screenshots, "failed-task")


def test_a_broken_dag_shows_its_error_on_the_page_and_in_the_terminal(
    airflow: AirflowPage, local: LocalAirflow
) -> None:
    file = local.dags / "broken.py"
    file.write_text('from airflow import DAG\n\nraise RuntimeError("no such thing")\n')
    told = ("error", "broken.py cannot be imported: RuntimeError: no such thing")
    until(lambda: told in local.lines, PATIENCE)
    airflow.open_import_errors("broken.py")
    airflow.browser.get_by_text("RuntimeError: no such thing").first.wait_for()
    airflow.leave()
    # Airflow 3.0 keeps the error of a file that has no DAG.
    file.write_text('from airflow import DAG\n\ndag = DAG("fixed", schedule=None)\n')
    until(lambda: ("dags", "broken.py can be imported again") in local.lines, PATIENCE)


def test_a_saved_file_is_on_the_page_without_an_apply(page: Page, local: LocalAirflow) -> None:
    airflow = None
    for task_id in ("first_line", "changed_line"):
        (local.dags / "saved.py").write_text(_SAVED.format(task_id))
        until(partial(local.has_task, "saved", task_id), PATIENCE, 0.5)
        airflow = airflow or _logged_in(page, local)
        until(partial(_is_shown, airflow, task_id), PATIENCE)
        airflow.leave()


_SAVED = """from datetime import datetime
from airflow import DAG
from mwaa_ecs_operator import EcsTaskOperator

with DAG("saved", start_date=datetime(2024, 1, 1), schedule=None):
    EcsTaskOperator(task_id="{}", task="app")
"""


def _is_shown(airflow: AirflowPage, task_id: str) -> bool:
    from playwright.sync_api import TimeoutError as TooLateError

    airflow.open_dag("saved")
    try:
        airflow.browser.get_by_text(task_id, exact=True).first.wait_for(timeout=2000)
    except TooLateError:
        return False
    return True


def test_ten_runs_at_once_each_run_one_container(local: LocalAirflow, tmp_path: Path) -> None:
    local.switch_on("ten_at_once")
    before = local.stopped()
    runs = [f"run-{number}" for number in range(10)]
    for run in runs:
        local.trigger("ten_at_once", run, {"folder": str(tmp_path)})
    local.all_succeed("ten_at_once", runs)
    assert len(local.stopped() - before) == 10, local.picture("ten_at_once")


# -- who gets in ---------------------------------------------------------------------------


_FETCH = """([url, more]) => fetch(url, {credentials: "include", ...more})
  .then(answer => answer.type, error => "refused")"""
_POST_FORM = """url => {
  document.body.innerHTML = `<form method=post action=${url}>`;
  document.forms[0].submit();
}"""


class _Hello(BaseHTTPRequestHandler):
    """A page of another origin."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<title>another origin</title>")

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def other_origin() -> Iterator[str]:
    """The address of a page on another port, which browsers send the same cookies as ours."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Hello) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_a_page_of_another_origin_neither_reads_nor_triggers(
    airflow: AirflowPage, local: LocalAirflow, other_origin: str
) -> None:
    local.switch_on("hello_world")
    before = local.runs("hello_world")
    airflow.open_dags()
    mwaa = local.up.mwaa
    api = f"{mwaa.door.url}{mwaa.airflow.client.prefix}/dags/hello_world"
    # From Airflow's own page the same calls are answered.
    assert airflow.browser.evaluate("url => fetch(url).then(a => a.status)", api) == 200
    airflow.browser.goto(other_origin)
    assert airflow.browser.evaluate(_FETCH, [api, {}]) == "refused"
    post = {"method": "POST", "mode": "no-cors", "body": '{"logical_date": null}'}
    airflow.browser.evaluate(_FETCH, [f"{api}/dagRuns", post])
    with airflow.browser.expect_navigation():
        airflow.browser.evaluate(_POST_FORM, f"{mwaa.door.url}/dags/hello_world/trigger")
    airflow.browser.get_by_text("does not answer pages of other sites").wait_for()
    assert local.runs("hello_world") == before
    assert [kind for kind, text in local.lines if "pages of other sites" in text] == [
        "denied"
    ] * 3


def test_a_login_link_works_once(page: Page, local: LocalAirflow) -> None:
    link = local.up.mwaa.door.link()
    is_2 = local.up.mwaa.airflow.client.is_2
    log_in(page, link, is_2=is_2)
    context = page.context.browser.new_context()  # type: ignore[union-attr]
    with context:
        another = context.new_page()
        another.goto(link)
        another.get_by_text("This link was used already").wait_for()
        answer = another.goto(local.up.mwaa.door.url)
        assert answer is not None
        assert answer.status == 401


# -- what ends by itself -------------------------------------------------------------------


def test_a_scheduler_that_is_killed_is_started_again_and_the_terminal_says_so(
    local: LocalAirflow, tmp_path: Path
) -> None:
    local.switch_on("waits")
    local.trigger("waits", "before", {"file": str(tmp_path / "go")})
    until(lambda: ("log", "app: waiting") in local.lines, PATIENCE)
    before = local.stopped()
    local.kill_program("scheduler", os.kill)
    assert ("error", "Airflow's scheduler ended with -9; it is started again") in local.lines
    # The task that runs is not disturbed, and the new scheduler takes it over.
    (tmp_path / "go").touch()
    local.trigger("waits", "after", {"file": str(tmp_path / "go")})
    local.all_succeed("waits", ["before", "after"])
    assert len(local.stopped() - before) == 2


# -- MWAA's own doors ----------------------------------------------------------------------


@pytest.fixture
def mwaa(local: LocalAirflow, monkeypatch: pytest.MonkeyPatch) -> Any:
    """boto3 as a user's script has it, with the variables that the sandbox prints."""
    for name, value in local.up.aws.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv(CA_BUNDLE, str(local.up.mwaa.ca_bundle))
    return boto3.client("mwaa")


def test_the_cli_token_runs_airflows_commands(mwaa: Any, local: LocalAirflow) -> None:
    local.switch_on("hello_world")
    token = mwaa.create_cli_token(Name="demo")

    def cli(command: str) -> tuple[int, str]:
        answer = requests.post(
            f"https://{token['WebServerHostname']}/aws_mwaa/cli",
            headers={
                "Authorization": f"Bearer {token['CliToken']}",
                "Content-Type": "text/plain",
            },
            data=command,
            timeout=PATIENCE,
        )
        return answer.status_code, base64.b64decode(answer.json()["stdout"]).decode()

    status, told = cli("dags list")
    assert status == 200
    assert "hello_world" in told
    assert cli("dags trigger hello_world --run-id by-cli")[0] == 200
    assert local.ended("hello_world", "by-cli") == "success"


def test_invoke_rest_api_calls_airflows_api(mwaa: Any, local: LocalAirflow) -> None:
    local.wait_for("hello_world")

    def rest(method: str, path: str, **more: Any) -> Any:
        return mwaa.invoke_rest_api(Name="demo", Method=method, Path=path, **more)

    listed = rest("GET", "/dags", QueryParameters={"limit": 100})
    assert listed["RestApiStatusCode"] == 200
    assert "hello_world" in {dag["dag_id"] for dag in listed["RestApiResponse"]["dags"]}
    on = rest("PATCH", "/dags/hello_world", Body={"is_paused": False})
    assert on["RestApiResponse"]["is_paused"] is False
    body = local.run_body("by-rest", {})
    made = rest("POST", "/dags/hello_world/dagRuns", Body=body)
    assert made["RestApiResponse"]["dag_run_id"] == "by-rest"
    assert local.ended("hello_world", "by-rest") == "success"
    with pytest.raises(mwaa.exceptions.RestApiClientException) as refused:
        rest("GET", "/dags/no_such_dag")
    assert refused.value.response["RestApiStatusCode"] == 404


def test_a_web_token_gives_a_script_airflows_session(mwaa: Any, local: LocalAirflow) -> None:
    # As in MWAA's guide "Accessing the Apache Airflow REST API".
    token = mwaa.create_web_login_token(Name="demo")
    url = f"https://{token['WebServerHostname']}"
    session = requests.Session()
    login = session.post(
        f"{url}/aws_mwaa/login", data={"token": token["WebToken"]}, timeout=PATIENCE
    )
    client = local.up.mwaa.airflow.client
    assert (login.status_code, client.cookie in login.cookies) == (200, True)
    found = requests.get(
        f"{url}{client.prefix}/dags/hello_world",
        cookies={client.cookie: str(login.cookies[client.cookie])},
        timeout=PATIENCE,
    )
    assert found.json()["dag_id"] == "hello_world"


# -- what becomes of a container when somebody or something ends its Airflow task -----------


@pytest.fixture(scope="module")
def kills(local: LocalAirflow, tmp_path_factory: pytest.TempPathFactory) -> Kills:
    """All cases at once; each test looks at one of them."""
    return end_tasks(local, tmp_path_factory.mktemp("kills"))


def test_a_task_that_is_terminated_stops_its_container(kills: Kills) -> None:
    assert kills.stopped("terminated")["stoppedReason"] == STOPPED_BY_AIRFLOW


def test_a_running_task_that_is_marked_failed_stops_its_container(kills: Kills) -> None:
    assert kills.stopped("marked")["stoppedReason"] == STOPPED_BY_AIRFLOW
    assert len(kills.containers("marked")) == 1


def test_a_running_task_that_is_cleared_stops_its_container(kills: Kills) -> None:
    if kills.version == "2.10.3":
        # Its scheduler may begin the next try before the first one knows of the clear; that
        # try takes the container over.
        kills.next_try("cleared", "running")
        states = [one["lastStatus"] for one in kills.containers("cleared")]
        assert states.count("RUNNING") <= 1
        return
    assert kills.stopped("cleared")["stoppedReason"] == STOPPED_BY_AIRFLOW
    if kills.version == "3.0.6":
        return  # its scheduler leaves such a task in the state `restarting` for ever
    kills.let_end("cleared")
    kills.ended("cleared", "success")
    assert len(kills.containers("cleared")) == 2


def test_a_deferred_task_that_waits_longer_than_its_execution_timeout_stops_its_container(
    kills: Kills,
) -> None:
    assert kills.stopped("deferred_late")["stoppedReason"] == STOPPED_BY_AIRFLOW


def test_a_deferred_task_that_is_cleared_runs_again(kills: Kills) -> None:
    if kills.tells_the_trigger:
        assert kills.stopped("deferred_cleared")["stoppedReason"] == STOPPED_BY_AIRFLOW
    # A container that ends before the next try begins cannot be taken over.
    kills.next_try("deferred_cleared", "deferred")
    # Where nobody tells the trigger, the next try takes the container over.
    assert len(kills.containers("deferred_cleared")) == 1 + kills.tells_the_trigger, [
        (one["lastStatus"], one.get("stoppedReason"), one["startedBy"], str(one["createdAt"]))
        for one in kills.containers("deferred_cleared")
    ]
    kills.let_end("deferred_cleared")
    kills.ended("deferred_cleared", "success")


def test_a_deferred_task_that_is_marked_stops_its_container_from_airflow_3_3_on(
    kills: Kills,
) -> None:
    if kills.tells_the_trigger:
        assert kills.stopped("deferred_marked")["stoppedReason"] == STOPPED_BY_AIRFLOW
    else:
        assert [one["lastStatus"] for one in kills.containers("deferred_marked")] == ["RUNNING"]
    assert kills.task("deferred_marked")["state"] == "failed"


def test_a_deferred_task_survives_a_triggerer_that_is_killed(kills: Kills) -> None:
    kills.airflow.kill_program("triggerer", os.killpg)
    kills.let_end("deferred")
    kills.ended("deferred", "success")
    assert len(kills.containers("deferred")) == 1


# The last one: Airflow misses the worker only after 30 seconds.
def test_a_task_whose_worker_is_killed_is_retried_and_takes_its_container_over(
    kills: Kills,
) -> None:
    wait(lambda: kills.task("killed")["try_number"] > 1 and kills.is_taken_over("killed"))
    kills.let_end("killed")
    kills.ended("killed", "success")
    assert len(kills.containers("killed")) == 1

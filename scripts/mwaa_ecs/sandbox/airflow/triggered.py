"""Triggers DAGs of a running Airflow, and reads how their runs ended, through its REST API."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from mwaa_ecs.errors import UserError
from mwaa_ecs.processes import pause
from mwaa_ecs.sandbox.airflow.client import AirflowApiError
from mwaa_ecs.sandbox.airflow.log import failure_reasons, is_time_out
from mwaa_ecs.sandbox.airflow.run import DagRun, TaskRun

_POLL_SECONDS = 1.0
_PAGE = 100
# Airflow checks the run's configuration by the DAG's params.
_REFUSED = (400, 409, 422)
_ENDED = ("success", "failed")


class Api(Protocol):
    """Calls Airflow's REST API; see `AirflowClient.call`."""

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
    ) -> Any:
        """Return the answer's JSON."""


@dataclass(frozen=True)
class Log:
    """The log of one try of a task.

    Attributes:
        events: the messages, without time, level and place.
        reasons: the exceptions that it failed with.
    """

    events: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


class DagRuns:
    """The DAGs of one Airflow, and their runs.

    Args:
        api: calls the Airflow.
        is_2: whether it is Airflow 2.
    """

    def __init__(self, api: Api, *, is_2: bool) -> None:
        self._api = api
        self._is_2 = is_2

    def trigger(self, dag_id: str, conf: Mapping[str, Any]) -> str:
        """Start a run; return its id.

        Raises:
            UserError: there is no such DAG, or it refuses `conf`.
        """
        self.find(dag_id)
        body = {"conf": dict(conf)} | ({} if self._is_2 else {"logical_date": None})
        try:
            answer = self._api.call("POST", f"/dags/{quote(dag_id, '')}/dagRuns", body=body)
        except AirflowApiError as error:
            if error.status not in _REFUSED:
                raise
            why = error.body.get("detail") if isinstance(error.body, Mapping) else error.body
            first, *_ = str(why).splitlines() or [""]
            raise UserError(
                f"Airflow refuses to run the DAG {dag_id!r}: {first}. Give another --conf"
            ) from error
        return str(answer["dag_run_id"])

    def switch_on(self, dag_id: str) -> bool:
        """Let the scheduler run a DAG; return whether it was paused before."""
        if not self.find(dag_id)["is_paused"]:
            return False
        self._api.call("PATCH", f"/dags/{quote(dag_id, '')}", body={"is_paused": False})
        return True

    def switch_off(self, dag_id: str) -> None:
        """Let the schedule start no more runs of a DAG."""
        self._api.call("PATCH", f"/dags/{quote(dag_id, '')}", body={"is_paused": True})

    def ids(self, dag_id: str) -> list[str]:
        """Return the runs of a DAG."""
        rows = self._pages(f"/dags/{quote(dag_id, '')}/dagRuns", "dag_runs")
        return [str(one["dag_run_id"]) for one in rows]

    def find(self, dag_id: str) -> Mapping[str, Any]:
        """Return a DAG, as Airflow's API has it.

        Raises:
            UserError: there is none. The message names those that exist, and the files that
                cannot be imported.
        """
        try:
            found = self._api.call("GET", f"/dags/{quote(dag_id, '')}")
        except AirflowApiError as error:
            if error.status != 404:
                raise
            raise UserError(self._missing(dag_id)) from error
        return dict(found)

    def state(self, dag_id: str, run_id: str) -> str:
        """Return the state of a run."""
        return str(self._api.call("GET", _run(dag_id, run_id))["state"])

    def wait(
        self, dag_id: str, run_id: str, check: Callable[[], object] = lambda: None
    ) -> DagRun:
        """Wait for the end of a run, and return how it ended.

        Args:
            dag_id: the DAG.
            run_id: the run.
            check: called again and again; it raises if waiting makes no sense any more.
        """
        while self.state(dag_id, run_id) not in _ENDED:
            check()
            pause(_POLL_SECONDS)
        return self.result(dag_id, run_id)

    def result(self, dag_id: str, run_id: str) -> DagRun:
        """Return how a run ended."""
        tasks = tuple(self._task(dag_id, run_id, one) for one in self.instances(dag_id, run_id))
        reasons = [reason for task in tasks for reason in task.reasons]
        return DagRun(
            dag_id,
            self.state(dag_id, run_id),
            tasks,
            (),
            Path(),
            tuple(dict.fromkeys(reasons)),
        )

    def instances(self, dag_id: str, run_id: str) -> Iterator[Mapping[str, Any]]:
        """Yield the task instances of a run, in the order in which they started."""
        found = list(self._pages(f"{_run(dag_id, run_id)}/taskInstances", "task_instances"))
        yield from sorted(found, key=lambda one: (one["start_date"] or "~", one["task_id"]))

    def logs(self, dag_id: str, run_id: str) -> Iterator[Log]:
        """Yield what each try of each task of a run logged."""
        for instance in self.instances(dag_id, run_id):
            for number in range(1, instance["try_number"] + 1):
                yield self._log(dag_id, run_id, instance, number)

    # -- helpers ---------------------------------------------------------------------------

    def _task(self, dag_id: str, run_id: str, instance: Mapping[str, Any]) -> TaskRun:
        name = instance["task_id"]
        if instance["map_index"] >= 0:
            name += f"[{instance['map_index']}]"
        state = str(instance["state"])
        tries = int(instance["try_number"])
        if state != "failed":
            return TaskRun(name, state, tries=tries)
        reasons = self._log(dag_id, run_id, instance, max(1, tries)).reasons
        return TaskRun(name, state, any(map(is_time_out, reasons)), reasons, tries)

    def _log(self, dag_id: str, run_id: str, instance: Mapping[str, Any], number: int) -> Log:
        path = f"{_run(dag_id, run_id)}/taskInstances/{quote(instance['task_id'], '')}"
        try:
            answer = self._api.call(
                "GET",
                f"{path}/logs/{number}",
                query={"map_index": instance["map_index"], "full_content": "true"},
            )
        except AirflowApiError:
            return Log()  # a task that never started has none
        content = answer["content"]
        return read_text_log(content) if isinstance(content, str) else read_records(content)

    def _missing(self, dag_id: str) -> str:
        known = sorted(one["dag_id"] for one in self._pages("/dags", "dags"))
        close = difflib.get_close_matches(dag_id, known, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        listed = f"The DAGs are {', '.join(known)}" if known else "No file creates a DAG"
        lines = [f"There is no DAG {dag_id!r}.{hint} {listed}"]
        for one in self._pages("/importErrors", "import_errors"):
            file = str(one["filename"]).rpartition("/dags/")[2]
            trace = str(one["stack_trace"]).strip().splitlines() or ["it fails"]
            lines.append(f"{file} cannot be imported: {trace[-1].strip()}")
        return "\n  ".join(lines)

    def _pages(self, path: str, key: str) -> Iterator[Mapping[str, Any]]:
        seen = 0
        while True:
            answer = self._api.call("GET", path, query={"limit": _PAGE, "offset": seen})
            yield from answer[key]
            seen += len(answer[key])
            if not answer[key] or seen >= answer["total_entries"]:
                return


def read_text_log(content: str) -> Log:
    """Read a log as Airflow 2 returns it: pairs of host and text, in Python's form."""
    with suppress(ValueError, SyntaxError):
        content = "\n".join(text for _, text in ast.literal_eval(content))
    events = tuple(line.partition(" - ")[2] or line for line in content.splitlines())
    return Log(events, tuple(failure_reasons(content)))


def read_records(content: list[Any]) -> Log:
    """Read a log as Airflow 3 returns it: records with fields."""
    events: list[str] = []
    reasons: list[str] = []
    for record in content:
        if not isinstance(record, Mapping):
            events.append(str(record))
            continue
        events += str(record.get("event", "")).splitlines()
        for error in record.get("error_detail") or ():
            text = f"{error.get('exc_type')}: {error.get('exc_value')}"
            reasons.append(" ".join(text.split()))
    return Log(tuple(events), tuple(dict.fromkeys(reasons)))


def _run(dag_id: str, run_id: str) -> str:
    return f"/dags/{quote(dag_id, '')}/dagRuns/{quote(run_id, '')}"

"""Answers as Airflow's API does, for one DAG and its runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mwaa_ecs.sandbox.airflow.client import AirflowApiError


def task(name: str, state: str, index: int = -1, tries: int = 1) -> dict[str, Any]:
    """Return a task instance."""
    started = None if state == "upstream_failed" else f"2026-01-31T12:00:0{max(index, 0)}Z"
    return {
        "task_id": name,
        "map_index": index,
        "state": state,
        "try_number": tries,
        "start_date": started,
    }


class AirflowApi:
    """The DAG `load`, whose run `manual+1` ends at the third look.

    Args:
        state: how every run ends.
        log: the content of every log.
        refused: why a run is refused.
    """

    is_2 = False

    def __init__(self, *, state: str = "success", log: object = (), refused: str = "") -> None:
        self.refused = refused
        self.state = state
        self.states: Iterator[str] = iter(["queued", "running"])
        self.tasks = [task("load", state)]
        self.runs = ["manual+1"]
        self.log = log
        self.dag: dict[str, Any] = {"is_paused": True}
        self.seen: list[tuple[str, str, Any]] = []

    def call(
        self, method: str, path: str, *, query: Any = None, body: Any = None
    ) -> dict[str, Any]:
        """Answer a call."""
        self.seen.append((method, path, body))
        if path == "/dags/load":
            return self.dag
        if (method, path) == ("POST", "/dags/load/dagRuns"):
            if self.refused:
                raise AirflowApiError(400, {"detail": self.refused})
            return {"dag_run_id": "manual+1"}
        if "/logs/" in path:
            return {"content": self.log}
        if path.startswith("/dags/load/dagRuns/") and not path.endswith("/taskInstances"):
            return {"state": next(self.states, self.state)}
        if query is None:
            raise AirflowApiError(404, {"detail": "not found"})
        return self._page(path, int(query["offset"]))

    def _page(self, path: str, offset: int) -> dict[str, Any]:
        rows: dict[str, tuple[str, list[Any]]] = {
            "dags": ("dags", [{"dag_id": "load"}, {"dag_id": "report"}]),
            "taskInstances": ("task_instances", self.tasks),
            "dagRuns": ("dag_runs", [{"dag_run_id": one} for one in self.runs]),
            "importErrors": (
                "import_errors",
                [{"filename": "/tmp/dags/broken.py", "stack_trace": "Traceback\nNameError: x"}],
            ),
        }
        name = path.rpartition("/")[2]
        key, found = rows[name]
        return {key: found[offset:][:1], "total_entries": len(found)}  # one row a page

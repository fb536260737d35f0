"""Runs in Airflow's own Python, where this package is not installed, so it imports none of it.

    python -P inside.py read FILE          read all DAG files; write the result to FILE as JSON
    python -P inside.py airflow WORD...    run the command `airflow`

Both put the DAGs' folder on `sys.path`, as Airflow's DAG processor and its task runner do.
`airflow dags test` of Airflow 3 does not.
"""

from __future__ import annotations

import functools
import gc
import importlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

# Python looks through what Airflow imports again and again, and nearly all of it stays. A run
# of one task takes 8.1 s of processor time on Airflow 3.0, with these 7.3 s; on 3.3 15.9 s and
# 14.3 s.
_GARBAGE_THRESHOLDS = (100_000, 50, 100)


def collect_garbage_less() -> None:
    """Have Python look for garbage less often than it does."""
    gc.set_threshold(*_GARBAGE_THRESHOLDS)


def read_dag_files(target: str) -> None:
    """Write the DAGs and their tasks, the files that fail, and when each was read, as JSON."""
    try:
        # Airflow 3.2 and later.
        module = importlib.import_module("airflow.dag_processing.dagbag")
        known: Any = module.DagBag
    except (ImportError, AttributeError):
        known = importlib.import_module("airflow.models.dagbag").DagBag
    spans: list[tuple[str, float, float]] = []

    class Timed(known):  # type: ignore[misc]
        def process_file(self, filepath: str, *args: Any, **kwargs: Any) -> Any:
            start = time.time()
            try:
                return super().process_file(filepath, *args, **kwargs)
            finally:
                spans.append((str(filepath), start, time.time()))

    bag = Timed(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
    found = {
        "dags": {dag_id: str(dag.fileloc) for dag_id, dag in bag.dags.items()},
        "tasks": {
            dag_id: {
                task.task_id: {
                    "downstream": sorted(task.downstream_task_ids),
                    "classes": _classes(task),
                }
                for task in dag.tasks
            }
            for dag_id, dag in bag.dags.items()
        },
        "errors": {str(file): str(error) for file, error in bag.import_errors.items()},
        "spans": spans,
    }
    Path(target).write_text(json.dumps(found), encoding="utf-8")


def _classes(task: Any) -> list[str]:
    """Return the names of a task's class and of those above it; of a mapped task, its own."""
    kind = getattr(task, "operator_class", None) or type(task)
    return [f"{each.__module__}.{each.__qualname__}" for each in getattr(kind, "__mro__", ())]


def share_execution_api() -> None:
    """Build the API that tasks talk to once a process, as later versions of Airflow do.

    Airflow 3.0 builds it for each task: 11 tasks take 27 s of processor time, shared 10 s.
    It converts the whole DAG for each task, too: 60 tasks take 4 s more.
    """
    try:
        supervisor = importlib.import_module("airflow.sdk.execution_time.supervisor")
    except ImportError:  # Airflow 2
        return
    build = supervisor.in_process_api_server
    if not hasattr(build, "cache_info"):
        vars(supervisor)["in_process_api_server"] = functools.cache(build)
        local = supervisor.InProcessTestSupervisor
        # One, because a client has the API look at its own DAG only.
        local._api_client = staticmethod(functools.lru_cache(maxsize=1)(local._api_client))


def share_service_models() -> None:
    """Let the clients of all tasks in a process share the models of AWS's services.

    botocore reads them for each session: the two clients of a task take 0.28 s of processor
    time on Airflow 3.0, with shared models 0.04 s.
    """
    session = importlib.import_module("botocore.session")
    vars(session)["create_loader"] = functools.cache(session.create_loader)


def write_plain_tracebacks() -> None:
    """Have Airflow write tracebacks as Python does.

    Airflow 3.0 puts them into boxes of 80 columns, which takes 0.4 s of processor time for each
    exception, and breaks long ARNs. Later versions do not.
    """
    try:
        dev = importlib.import_module("structlog.dev")
    except ImportError:  # Airflow 2
        return
    dev.RichTracebackFormatter.__call__ = lambda _, *words: dev.plain_traceback(*words)


def main(words: list[str]) -> None:
    """Run one of the two commands."""
    collect_garbage_less()
    # The folder is last, so that no DAG file hides an installed package of its name.
    sys.path.append(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
    if words[0] == "read":
        read_dag_files(words[1])
    else:
        share_execution_api()
        share_service_models()
        write_plain_tracebacks()
        sys.argv = words
        importlib.import_module("airflow.__main__").main()


if __name__ == "__main__":
    main(sys.argv[1:])

"""Runs in Airflow's own Python, where this package is not installed, so it imports none of it.

    python -P inside.py read FILE          read all DAG files; write the result to FILE as JSON
    python -P inside.py airflow WORD...    run `airflow`: a command, or a program that stays

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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# Python looks through what Airflow imports again and again, and nearly all of it stays. A run
# of one task takes 8.1 s of processor time on Airflow 3.0, with these 7.3 s; on 3.3 15.9 s and
# 14.3 s.
_GARBAGE_THRESHOLDS = (100_000, 50, 100)

# Modules that packages import if they can, and that no DAG run uses: colours for web pages of
# errors, and parts for another web server. With them a run on Airflow 3.0 takes 0.7 s more.
_LEFT_OUT = (
    "connexion.security.aiohttp_security_handler_factory",
    "mako.ext.pygmentplugin",
    "svcs.aiohttp",
)


@contextmanager
def importing_airflow() -> Iterator[None]:
    """Spend less time on imports: without looking for garbage, and without `_LEFT_OUT`.

    Python does not look through what was imported later either, not even when it ends. A run of
    one task on Airflow 3.0 takes 1.2 s less.
    """
    gc.disable()
    left_out = [name for name in _LEFT_OUT if name not in sys.modules]
    # The import of a module that is None fails.
    sys.modules.update(dict.fromkeys(left_out))  # type: ignore[arg-type]
    try:
        yield
    finally:
        # A DAG can import them.
        for name in left_out:
            sys.modules.pop(name, None)
        gc.freeze()
        gc.set_threshold(*_GARBAGE_THRESHOLDS)
        gc.enable()


def read_dag_files(target: str) -> None:
    """Write the DAGs and their tasks, the files that fail, and when each was read, as JSON."""
    with importing_airflow():
        known: Any = _dag_bag()
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


def _dag_bag() -> Any:
    try:
        # Airflow 3.2 and later.
        return importlib.import_module("airflow.dag_processing.dagbag").DagBag
    except (ImportError, AttributeError):
        return importlib.import_module("airflow.models.dagbag").DagBag


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


def build_one_api_version() -> None:
    """Have Airflow build only the newest version of the execution API, which its tasks call.

    Airflow 3.0 builds four versions for the first task, 3.3 nine: a run takes 1.2 s and 8 s
    more. A task waits for an answer of the api-server for 5 s, and gives up after five tries:
    on a busy machine the first task fails.
    """
    try:
        app = importlib.import_module("airflow.api_fastapi.execution_api.app")
    except ImportError:  # Airflow 2
        return
    create = app.create_task_execution_api_app

    # Most programs never build it, so its parts are imported when one does.
    def create_one(*args: Any, **kwargs: Any) -> Any:
        _leave_one_api_version()
        return create(*args, **kwargs)

    vars(app)["create_task_execution_api_app"] = create_one


def _leave_one_api_version() -> None:
    versions = importlib.import_module("airflow.api_fastapi.execution_api.versions")
    routes = importlib.import_module("airflow.api_fastapi.execution_api.routes")
    called = importlib.import_module("airflow.sdk.api.datamodels._generated").API_VERSION
    cadwyn = importlib.import_module("cadwyn")
    known = versions.bundle
    if called != known.versions[0].value or known.head_version.changes:
        return
    vars(versions)["bundle"] = cadwyn.VersionBundle(
        cadwyn.HeadVersion(), cadwyn.Version(called), api_version_var=known.api_version_var
    )
    router = routes.execution_api_router
    # cadwyn keeps these for older versions, and refuses them if there is none.
    router.routes[:] = [
        route
        for route in router.routes
        if "_CADWYN_DELETED_ROUTE" not in getattr(route, "tags", ())
    ]


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
    # The folder is last, so that no DAG file hides an installed package of its name.
    sys.path.append(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
    if words[0] == "read":
        read_dag_files(words[1])
    else:
        sys.argv = words
        with importing_airflow():
            share_execution_api()
            build_one_api_version()
            share_service_models()
            write_plain_tracebacks()
            airflow = importlib.import_module("airflow.__main__")
        airflow.main()


if __name__ == "__main__":
    main(sys.argv[1:])

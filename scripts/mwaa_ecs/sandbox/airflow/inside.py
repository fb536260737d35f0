"""Runs in Airflow's own Python, which has nothing of this package: needs no import of it.

    python -P inside.py read FILE          read all DAG files; write what they hold to FILE
    python -P inside.py airflow WORD...    the command `airflow`

In both the DAGs' folder is on `sys.path`, as in Airflow's DAG processor and its task runner.
`airflow dags test` of Airflow 3 does not put it there.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any


def read_dag_files(target: str) -> None:
    """Write as JSON which DAGs there are, which files fail, and when each was read."""
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
        "errors": {str(file): str(error) for file, error in bag.import_errors.items()},
        "spans": spans,
    }
    Path(target).write_text(json.dumps(found), encoding="utf-8")


def main(words: list[str]) -> None:
    """Do what the words say."""
    # Behind what is installed: a DAG file that is called like a package hides nothing.
    sys.path.append(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
    if words[0] == "read":
        read_dag_files(words[1])
    else:
        sys.argv = words
        importlib.import_module("airflow.__main__").main()


if __name__ == "__main__":
    main(sys.argv[1:])

"""Messages about DAG files that cannot be imported, and about a DAG that does not exist."""

from __future__ import annotations

from pathlib import Path

from mwaa_ecs.sandbox.airflow.dag_files import as_dag_files

DAGS = Path("/run/dags")
HELPER_TRACEBACK = """Traceback (most recent call last):
  File "/run/dags/nightly.py", line 3, in <module>
    from shared import names
  File "/run/dags/shared.py", line 7, in <module>
    import pandas
  File "/venv/lib/importlib.py", line 9, in load
ModuleNotFoundError: No module named 'pandas'
"""
ARGUMENTS_TRACEBACK = """Traceback (most recent call last):
  File "/run/dags/odd.py", line 4, in <module>
    DockerOperator(x=1)
  File "/run/dags/mwaa_ecs_operator/docker_operator.py", line 9, in __init__
    super().__init__(**kwargs)
AirflowException: Invalid arguments:
**kwargs: {'x': 1}
"""
DATA = {
    "dags": {"load": "/run/dags/load.py", "report": "team/report.py"},
    "errors": {
        "/run/dags/nightly.py": HELPER_TRACEBACK,
        "/run/dags/odd.py": ARGUMENTS_TRACEBACK,
        "old.py": "DagCycleError: a b\n",
    },
    "spans": [["/run/dags/load.py", 1.0, 2.0]],
    "tasks": {},
}


def test_a_file_that_fails_is_named_with_line_and_exception() -> None:
    found = as_dag_files(DATA, DAGS)
    assert list(map(str, found.failures)) == [
        "shared.py:7: ModuleNotFoundError: No module named 'pandas'",
        "odd.py:4: AirflowException: Invalid arguments: **kwargs: {'x': 1}",
        "old.py: DagCycleError: a b",
    ]


def test_a_misspelt_id_is_reported_with_those_that_exist() -> None:
    first, *failures = as_dag_files(DATA, DAGS).missing("laod")
    assert first == "there is no DAG 'laod'; did you mean 'load'? DAGs: load, report"
    assert failures[0].startswith("cannot be imported: shared.py:7:")


def test_a_dag_is_found_although_another_file_fails() -> None:
    found = as_dag_files(DATA, DAGS)
    assert found.missing("report") == []
    assert found.dags["report"] == DAGS / "team" / "report.py"
    assert found.spans == (("load.py", 1.0, 2.0),)


def test_a_folder_without_dags_is_reported() -> None:
    empty = as_dag_files({"dags": {}, "errors": {}, "spans": [], "tasks": {}}, DAGS)
    assert empty.missing("load") == ["there is no DAG 'load'; no file creates a DAG"]

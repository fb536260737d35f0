"""What Airflow has after the import, beside what was read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mwaa_ecs.migrate.answers import Answers
from mwaa_ecs.migrate.migration import migrate
from mwaa_ecs.migrate.trial import Finding, Trial, compare, need_of
from mwaa_ecs.sandbox.airflow.dag_files import ImportFailure, as_dag_files
from unit.migrate.inputs import HEAD
from unit.migrate.test_inputs import write

OURS = ["mwaa_ecs_operator.docker_operator.DockerOperator", "builtins.object"]
DAGS = {
    "dag.py": HEAD
    + """
from airflow.models.baseoperator import chain
from airflow.utils.task_group import TaskGroup
from helper import Own, make

with DAG("one"):
    a = DockerOperator(task_id="a", image="python:3.11")
    b = Own(task_id="b", image="python:3.11")
    with TaskGroup("group"):
        c = DockerOperator.partial(task_id="c", image="python:3.11").expand(command=["x"])
    d, e = make("d"), make("e")
    a >> [b, c] >> d
    d.set_downstream(e)
    chain(a, e)
    if d:
        f = DockerOperator(task_id="f", image="python:3.11")
        a << f
""",
    "helper.py": """
from airflow.providers.docker.operators.docker import DockerOperator

class Own(DockerOperator):
    pass

def make(name):
    return DockerOperator(task_id=name, image="python:3.11")
""",
}
EDGES = {"a": ["b", "e", "group.c"], "b": ["d"], "group.c": ["d"], "d": ["e"], "e": []}


def tried(folder: Path, edges: dict[str, list[str]], **classes: str) -> Trial:
    """Return what is found where Airflow has these tasks."""
    write(folder, DAGS)
    data: dict[str, Any] = {
        "dags": {"one": str(folder / "dag.py")},
        "tasks": {
            "one": {
                task_id: {
                    "downstream": downstream,
                    "classes": [classes[task_id]] if task_id in classes else OURS,
                }
                for task_id, downstream in edges.items()
            }
        },
        "errors": {},
        "spans": [],
    }
    found = migrate(folder, Answers(), dags=None, shipped=None)
    return compare(found.files, as_dag_files(data, folder), folder, "3.0.6")


def test_the_same_tasks_and_edges_are_no_difference(tmp_path: Path) -> None:
    found = tried(tmp_path, EDGES)
    assert found.ok, found.differences
    # The factory's ids are not constants of its one call, and f is made on one way only.
    assert (found.dags, found.tasks, found.edges) == (1, 3, 6)
    assert found.not_tried == ()


@pytest.mark.parametrize(
    ("changed", "classes", "line", "message"),
    [
        pytest.param(
            {"a": None, "b": None},
            {},
            9,
            "the task 'a' is in none of the file's DAGs",
            id="a task that is gone",
        ),
        pytest.param(
            {"d": []},
            {},
            15,
            "the task 'e' does not wait for 'd'",
            id="an edge that is gone",
        ),
        pytest.param(
            {"group.c": ["a"]},
            {},
            14,
            "the task 'd' does not wait for 'c'",
            id="an edge of a task group",
        ),
        pytest.param(
            {},
            {"a": "airflow.providers.docker.operators.docker.DockerOperator"},
            9,
            "the task 'a' is of airflow.providers.docker.operators.docker.DockerOperator, not"
            " of mwaa_ecs_operator",
            id="a task of another class",
        ),
    ],
)
def test_a_difference_has_file_and_line(
    changed: dict[str, Any],
    classes: dict[str, str],
    line: int,
    message: str,
    tmp_path: Path,
) -> None:
    edges = {name: to for name, to in {**EDGES, **changed}.items() if to is not None}
    found = tried(tmp_path, edges, **classes)
    assert Finding("dag.py", line, message) in found.differences
    assert not found.ok


def test_a_task_that_nobody_read_is_a_difference(tmp_path: Path) -> None:
    folder = write(tmp_path, {"dag.py": HEAD + 'DockerOperator(task_id="a", image="x/y")\n'})
    tasks = {name: {"downstream": [], "classes": OURS} for name in ("a", "hidden")}
    data = {"dags": {"one": "dag.py"}, "tasks": {"one": tasks}, "errors": {}, "spans": []}
    found = compare(
        migrate(folder, Answers(), dags=None, shipped=None).files,
        as_dag_files(data, folder),
        folder,
        "3.0.6",
    )
    (difference,) = found.differences
    assert str(difference) == (
        "dag.py: the DAG 'one' has a task 'hidden' of DockerOperator that was not found by"
        " reading"
    )


@pytest.mark.parametrize(
    ("exception", "raised_in", "need"),
    [
        ("ModuleNotFoundError: No module named 'pandas.core'", "", "the package pandas"),
        (
            "ModuleNotFoundError: No module named 'airflow.providers.slack'",
            "",
            "the package apache-airflow-providers-slack",
        ),
        ("ModuleNotFoundError: No module named 'airflow.operators.bash_operator'", "", ""),
        ("ModuleNotFoundError: No module named 'airflow.providers.docker'", "", ""),
        ("ModuleNotFoundError: No module named 'docker'", "", ""),
        ("ModuleNotFoundError: No module named 'helper.no'", "", ""),
        ("KeyError: 'STAGE'", "/usr/lib/python3.11/os.py", "the environment variable 'STAGE'"),
        ("KeyError: 'STAGE'", "<frozen os>", "the environment variable 'STAGE'"),
        ("KeyError: 'STAGE'", "/dags/dag.py", ""),
    ],
)
def test_what_only_your_environment_has_is_told_from_a_fault(
    exception: str, raised_in: str, need: str
) -> None:
    found = need_of(ImportFailure("dag.py", 1, exception, raised_in), {"helper"})
    assert need in found
    assert bool(need) == bool(found)

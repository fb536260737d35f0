"""What the plan says of a wrong task: the task, the field, the value, what is legal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from planned_tasks import TaskPlanner
from task_tables import MISTAKES, Mistake
from write_task_tests import native_tests


@pytest.fixture(scope="module")
def planner(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> TaskPlanner:
    return TaskPlanner(repository, tmp_path_factory.mktemp("tasks"))


@pytest.fixture(scope="module")
def said(planner: TaskPlanner) -> str:
    """All mistakes in one plan: every task is judged, whatever is wrong with the others."""
    return planner.refusals(
        {
            mistake.name: {"image": "etl:1", "container_name": "wrong", **mistake.wrong}
            for mistake in MISTAKES
        }
    )


def test_every_legal_neighbour_of_a_mistake_is_planned(planner: TaskPlanner) -> None:
    tasks = {mistake.name: {"image": "etl:1", **mistake.right} for mistake in MISTAKES}
    assert planner.plan(tasks).keys() == tasks.keys()


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_told(said: str, mistake: Mistake) -> None:
    lines = re.findall(rf'^Task "{mistake.name}": .*$', said, re.M)
    assert len(lines) == 1, "one mistake, one message"
    for words in mistake.says:
        assert words in lines[0]


def test_the_native_tests_have_the_same_tasks() -> None:
    stale = [path.name for path, text in native_tests() if path.read_text() != text]
    assert stale == [], "say make docs"


def test_no_task_is_wrong_twice_under_one_name() -> None:
    assert len({mistake.name for mistake in MISTAKES}) == len(MISTAKES)

"""The plan names each mistake of a task: the task, the field, the value, what is accepted."""

from __future__ import annotations

from pathlib import Path

import pytest

from planned_tasks import TaskPlanner
from task_tables import MISTAKES, Mistake


@pytest.fixture(scope="module")
def planner(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> TaskPlanner:
    return TaskPlanner(repository, tmp_path_factory.mktemp("tasks"))


@pytest.fixture(scope="module")
def messages(planner: TaskPlanner) -> list[str]:
    """Return the messages of one plan with all mistakes; none hides another."""
    return planner.refusals(
        {
            mistake.name: {"image": "etl:1", "container_name": "wrong", **mistake.wrong}
            for mistake in MISTAKES
        }
    ).splitlines()


def test_every_accepted_neighbour_of_a_mistake_is_planned(planner: TaskPlanner) -> None:
    tasks = {mistake.name: {"image": "etl:1", **mistake.right} for mistake in MISTAKES}
    assert planner.plan(tasks).keys() == tasks.keys()


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_reported(messages: list[str], mistake: Mistake) -> None:
    found = [line for line in messages if line.startswith(f'tasks["{mistake.name}"]')]
    assert len(found) == mistake.messages, "one message for each mistake"
    for words in mistake.says:
        assert any(words in line for line in found), found


def test_no_task_is_wrong_twice_under_one_name() -> None:
    assert len({mistake.name for mistake in MISTAKES}) == len(MISTAKES)

"""Whatever legal tasks are given: they can be made, and then there is nothing to change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mwaa_ecs.sandbox.local_aws import LocalAws
from planned_tasks import TaskPlanner
from task_tables import Task
from task_tables.fields import CONTAINER, SIDECAR, Effect
from task_tables.mistake import EC2
from task_tables.task_fields import TASK

REPOSITORY = Path(__file__).resolve().parents[2]

# What contradicts another field, or names what the local AWS does not have.
LEFT_OUT = {
    "launch_type",
    "network_mode",
    "task_role_arn",
    "task_role.policies",
    "task_role.name",
    "log_group_name",
    "runtime_platform.operating_system_family",
    "family",
    "container_name",
    "firelens_configuration.type",
    "firelens_configuration.options",
}
ON_FARGATE = ("capacity_provider_strategy.", "platform_version", "ephemeral_storage.")

_TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), max_size=20)
_NAMES = st.from_regex(r"[A-Z][A-Z0-9_]{0,10}", fullmatch=True)


def _fields(table: dict[str, Effect], *, on_ec2: bool) -> list[Effect]:
    return [
        effect
        for name, effect in table.items()
        if name not in LEFT_OUT
        and (on_ec2 or effect.context != EC2)
        and not (on_ec2 and name.startswith(ON_FARGATE))
    ]


def _merged(effects: Iterable[Effect], *, contexts: bool) -> tuple[Task, Task]:
    """Return the fields of those that do not overlap, and what they need of the task."""
    fields: Task = {}
    needs: Task = {}
    for effect in effects:
        context = {} if effect.context in (None, EC2) else dict(effect.context or {})
        if (context and not contexts) or effect.given.keys() & (fields | needs).keys():
            continue
        if context.keys() & (fields | needs).keys():
            continue
        fields |= effect.given
        needs |= context
    return fields, needs


def _chunks(effects: list[Effect], size: int) -> Iterator[list[Effect]]:
    for start in range(0, len(effects), size):
        yield effects[start : start + size]


@st.composite
def many_tasks(draw: st.DrawFn) -> list[Task]:
    """Legal tasks, half on Fargate: all fields in one task or the other, in random company."""
    found = []
    for on_ec2 in (False, True):
        own = draw(st.permutations(_fields(CONTAINER | TASK, on_ec2=on_ec2)))
        theirs = _chunks(draw(st.permutations(_fields(CONTAINER | SIDECAR, on_ec2=on_ec2))), 5)
        for chosen in _chunks(own, 9):
            fields, needs = _merged(chosen, contexts=True)
            sidecars: Task = {"from": {"image": "from:1"}}
            for name in draw(st.sets(st.sampled_from(["agent", "proxy"]))):
                beside = _merged(next(theirs, []), contexts=False)[0]
                sidecars[name] = {"image": f"{name}:1", **beside}
            found.append(
                {
                    "image": "etl:1",
                    "cpu": 512,
                    "memory": 1024,
                    **(EC2 if on_ec2 else {}),
                    **needs,
                    "environment": draw(st.dictionaries(_NAMES, _TEXT, max_size=4)),
                    **fields,
                    "sidecars": sidecars,
                }
            )
    return found


def reordered(value: Any) -> Any:
    """Return a value with the keys of all maps in the opposite order."""
    if isinstance(value, dict):
        return {key: reordered(item) for key, item in reversed(value.items())}
    return [reordered(item) for item in value] if isinstance(value, list) else value


@settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    # Each example is an apply of many tasks: the one that fails is told, not made smaller.
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(drawn=many_tasks())
def test_random_tasks_can_be_made_and_then_nothing_is_to_change(
    local_aws: LocalAws, drawn: list[Task]
) -> None:
    # Many tasks in one apply: a start of Terraform costs more than a task.
    made = len(local_aws.calls)
    named = {f"job-{made}-{number}": task for number, task in enumerate(drawn)}
    with TemporaryDirectory() as folder:
        planner = TaskPlanner(REPOSITORY, Path(folder))
        planner.apply(named)
        assert planner.changes(named) == ""
        assert planner.changes(reordered(named)) == ""

"""Each field of a task has an effect of its own: none can be typed and then ignored."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from mwaa_ecs.hcl import ListType, MapType, ObjectType, Type, read_variables
from planned_tasks import Planned, TaskPlanner
from task_tables.fields import CONTAINER, SIDECAR, Effect
from task_tables.task_fields import TASK

REPOSITORY = Path(__file__).resolve().parents[2]

BASE = {"image": "etl:1", "sidecars": {"from": {"image": "from:1"}}}

# Every field of the type, each with a task that sets it and one that does not.
CASES: dict[str, tuple[str, Effect, bool]] = {
    **{f"main.{field}": (field, effect, False) for field, effect in CONTAINER.items()},
    **{f"task.{field}": (field, effect, False) for field, effect in TASK.items()},
    **{
        f"sidecar.{field}": (field, effect, True)
        for field, effect in (CONTAINER | SIDECAR).items()
    },
}


def _name(case: str) -> str:
    return case.replace(".", "-")


def _with(effect: Effect, *, in_sidecar: bool) -> dict[str, Any]:
    task: dict[str, Any] = {**BASE, **(effect.context or {})}
    if not in_sidecar:
        return {**task, **effect.given}
    sidecar = {"image": "side:1", **effect.given}
    return {**task, "sidecars": {**task["sidecars"], "side": sidecar}}


def _without(effect: Effect, *, in_sidecar: bool) -> dict[str, Any]:
    return _with(Effect(effect.instead, effect.at, None, effect.context), in_sidecar=in_sidecar)


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Planned]:
    """Plan all cases at once; tasks that differ only in the name are planned once."""
    planner = TaskPlanner(REPOSITORY, tmp_path_factory.mktemp("fields"))
    tasks = {}
    for case, (_, effect, in_sidecar) in CASES.items():
        tasks[_name(case)] = _with(effect, in_sidecar=in_sidecar)
        tasks[_base_name(effect, in_sidecar)] = _without(effect, in_sidecar=in_sidecar)
    return planner.plan(tasks)


def _base_name(effect: Effect, in_sidecar: bool) -> str:
    context = crc32(json.dumps([effect.context, effect.instead], sort_keys=True).encode())
    return f"base-{'sidecar' if in_sidecar else 'main'}-{context:08x}"


def _at(planned: Planned, path: str, container: str) -> Any:
    """Return the value at a path of `Effect`, or None."""
    resource, colon, inside = path.rpartition(":")
    if not colon:
        found: Any = planned.container(container)
    elif resource == "contract":
        found = planned.contract
    else:
        found = planned.resources.get(resource)
    return reduce(_step, inside.split(".") if inside else [], found)


def _step(value: Any, word: str) -> Any:
    if isinstance(value, str):
        value = json.loads(value)
    if isinstance(value, list):
        return value[int(word)] if int(word) < len(value) else None
    return (value or {}).get(word)


@pytest.mark.parametrize("case", CASES)
def test_a_field_arrives_and_nothing_else_brings_it(
    planned: dict[str, Planned], case: str
) -> None:
    _, effect, in_sidecar = CASES[case]
    name = _name(case)
    container = "side" if in_sidecar else effect.given.get("container_name", name)
    base = _base_name(effect, in_sidecar)
    expected = json.loads(json.dumps(effect.arrives).replace("/ecs/TASK", f"/ecs/{name}"))
    assert _at(planned[name], effect.at, container) == expected
    if case != "task.placement_constraints.type":  # the only accepted value is the default
        without = _at(planned[base], effect.at, "side" if in_sidecar else base)
        assert without != expected


def _fields(kind: Type) -> Iterator[str]:
    """Yield the paths of all fields that hold a value rather than more fields."""
    if isinstance(kind, (ListType, MapType)) and isinstance(kind.element, ObjectType):
        kind = kind.element
    if not isinstance(kind, ObjectType):
        yield ""
        return
    for name, attribute in kind.attributes.items():
        for inside in _fields(attribute.type):
            yield f"{name}.{inside}".rstrip(".")


def test_no_field_of_the_type_is_missing_from_the_tables() -> None:
    kind = read_variables(REPOSITORY / "modules" / "task-definition")["tasks"].type
    assert isinstance(kind, MapType)
    fields = set(_fields(kind.element))
    sidecars = {field for field in fields if field.startswith("sidecars.")}
    assert fields - sidecars == CONTAINER.keys() | TASK.keys()
    assert {field.removeprefix("sidecars.") for field in sidecars} == (
        CONTAINER.keys() | SIDECAR.keys()
    )

"""docs/compatibility.md names every field of ECS's API, and no field that does not exist."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import botocore.session
import pytest
from botocore.model import ListShape, Shape, StructureShape

from mwaa_ecs.hcl import ListType, MapType, ObjectType, Type, read_variables

REPOSITORY = Path(__file__).resolve().parents[2]
OPERATOR = REPOSITORY / "modules" / "dags" / "operator" / "mwaa_ecs_operator"
OWN = "What tasks have and task definitions do not"
NOT_OFFERED = "not offered"
# Each table of the API's fields: its shape, and members that have a table of their own.
TABLES = {
    "Task definition": ("RegisterTaskDefinitionRequest", {"volumes"}),
    "Volumes": ("RegisterTaskDefinitionRequest", set[str]()),
    "Container definition": ("ContainerDefinition", set[str]()),
    "RunTask": ("RunTaskRequest", set[str]()),
}


@cache
def rows(heading: str) -> list[list[str]]:
    """Return the cells of the table below a heading."""
    page = (REPOSITORY / "docs" / "compatibility.md").read_text()
    section = page.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def named(cell: str) -> list[str]:
    """Return the paths in a cell; `a.b`: `c`, `d` are a.b.c and a.b.d."""
    if NOT_OFFERED in cell:
        return []
    parent, colon, inside = cell.partition(":")
    parents = re.findall("`([^`]+)`", parent)
    if not colon:
        return parents
    return [f"{parents[-1]}.{name}" for name in re.findall("`([^`]+)`", inside)]


def members(shape: Shape, prefix: str = "") -> Iterator[str]:
    """Yield the paths of all fields that hold a value rather than more fields."""
    while isinstance(shape, ListShape):
        shape = shape.member
    if not isinstance(shape, StructureShape):
        yield prefix
        return
    for name, member in shape.members.items():
        if member.name == "ContainerDefinitions":
            yield name
            continue
        yield from members(member, f"{prefix}.{name}".lstrip("."))


def fields(kind: Type, prefix: str = "") -> Iterator[str]:
    """Yield the paths of all fields of a type, those with fields in them too."""
    if prefix:
        yield prefix
    while isinstance(kind, (ListType, MapType)):
        kind = kind.element
    if isinstance(kind, ObjectType):
        for name, attribute in kind.attributes.items():
            yield from fields(attribute.type, f"{prefix}.{name}".lstrip("."))


def fields_of_tasks() -> set[str]:
    return set(fields(read_variables(REPOSITORY / "modules/task-definition")["tasks"].type))


def arguments() -> set[str]:
    """Return the arguments of EcsTaskOperator."""
    tree = ast.parse((OPERATOR / "ecs_operator.py").read_text())
    return {
        argument.arg
        for operator in ast.walk(tree)
        if isinstance(operator, ast.ClassDef) and operator.name == "EcsTaskOperator"
        for method in operator.body
        if isinstance(method, ast.FunctionDef) and method.name == "__init__"
        for argument in method.args.kwonlyargs
    }


@pytest.mark.parametrize("heading", TABLES)
def test_the_page_names_every_field_of_ecs_and_no_other(heading: str) -> None:
    name, elsewhere = TABLES[heading]
    shape = botocore.session.get_session().get_service_model("ecs").shape_for(name)
    real = set(members(shape))
    if heading == "Volumes":
        real = {path for path in real if path.startswith("volumes.")}
    real = {path for path in real if path.partition(".")[0] not in elsewhere}
    on_page = {path for row in rows(heading) for path in named(row[0])}
    # A field that is not offered stands for all that it holds.
    whole = {path for row in rows(heading) if row[1] == NOT_OFFERED for path in named(row[0])}
    missing = {
        path
        for path in real - on_page
        if not any(path.startswith(f"{parent}.") for parent in whole)
    }
    assert not missing, f"docs/compatibility.md, {heading!r}: add rows for {sorted(missing)}"
    unknown = {
        path
        for path in on_page
        if not any(found == path or found.startswith(f"{path}.") for found in real)
    }
    assert not unknown, f"docs/compatibility.md, {heading!r}: ECS has no {sorted(unknown)}"


@pytest.mark.parametrize("heading", TABLES)
def test_what_the_page_calls_supported_is_an_input(heading: str) -> None:
    accepted = arguments() if heading == "RunTask" else fields_of_tasks() | {"execution_role"}
    said = {path for row in rows(heading) for path in named(row[1])}
    assert said, heading
    assert said <= accepted, sorted(said - accepted)


@pytest.mark.parametrize("heading", TABLES)
def test_what_is_not_offered_has_a_reason(heading: str) -> None:
    bare = [row[0] for row in rows(heading) if not named(row[1]) and not row[2]]
    assert not bare


def test_every_input_of_a_task_is_on_the_page() -> None:
    said = {
        path
        for heading in TABLES
        if heading != "RunTask"
        for row in rows(heading)
        for path in named(row[1])
    } | {path for row in rows(OWN) for path in named(row[0])}
    parents = {path.rpartition(".")[0] for path in said if "." in path}
    real = fields_of_tasks()
    # A sidecar has the main container's fields.
    real = {
        path
        for path in real
        if not (path.startswith("sidecars.") and path.removeprefix("sidecars.") in real)
    }
    grandparents = {path.rpartition(".")[0] for path in parents}
    assert real - said - parents - grandparents == set()
    assert {path for row in rows(OWN) for path in named(row[0])} <= real


def test_the_index_of_the_documentation_links_the_page() -> None:
    assert "(compatibility.md)" in (REPOSITORY / "docs" / "README.md").read_text()

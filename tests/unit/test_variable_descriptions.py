"""The description of a variable explains each field of its type."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mwaa_ecs.hcl import read_variables
from mwaa_ecs.hcl.types import ListType, MapType, ObjectType, Type

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDERS = [
    REPOSITORY,
    *sorted(file.parent for file in REPOSITORY.glob("modules/*/variables.tf")),
    *sorted(file.parent for file in REPOSITORY.glob("examples/*/variables.tf")),
]


def fields(type_: Type) -> Iterator[str]:
    """Yield the fields of an object, or of the objects in a list or map."""
    if isinstance(type_, ObjectType):
        yield from type_.attributes
    elif isinstance(type_, ListType | MapType):
        yield from fields(type_.element)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_each_field_has_a_bullet(folder: Path) -> None:
    for name, variable in read_variables(folder).items():
        text = variable.description or ""
        missing = [field for field in fields(variable.type) if f"- `{field}`" not in text]
        assert not missing, f"var.{name}"

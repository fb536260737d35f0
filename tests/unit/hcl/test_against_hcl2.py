"""Our HCL reader and python-hcl2 read the same from every variables.tf of this repository."""

from __future__ import annotations

import json
import re
import textwrap
from functools import cache
from pathlib import Path
from typing import Any

import hcl2
import pytest

from mwaa_ecs.hcl import (
    AnyType,
    ListType,
    MapType,
    ObjectType,
    Primitive,
    TupleType,
    Type,
    read_outputs,
    read_variables,
)

REPOSITORY = Path(__file__).resolve().parents[3]
FOLDERS = sorted(
    {
        path.parent
        for pattern in ("*.tf", "modules/*/*.tf", "modules/*/*/*.tf", "examples/*/*.tf")
        for path in REPOSITORY.glob(pattern)
        if path.name.startswith(("variables", "outputs"))
    }
)


@cache
def blocks(path: Path, kind: str) -> dict[str, dict[str, Any]]:
    if not path.is_file():
        return {}
    found = hcl2.loads(path.read_text(encoding="utf-8")).get(kind, [])
    return {name.strip('"'): body for block in found for name, body in block.items()}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_both_readers_agree(folder: Path) -> None:
    theirs = {
        name: body
        for path in sorted(folder.glob("*.tf"))
        for name, body in blocks(path, "variable").items()
    }
    ours = read_variables(folder)
    assert list(ours) == list(theirs)
    for name, variable in ours.items():
        body = theirs[name]
        assert variable.required == ("default" not in body), name
        assert variable.default == plain(body.get("default")), name
        assert variable.nullable == body.get("nullable", True), name
        assert (
            variable.description.split()
            == text(body["description"]).replace("$${", "${").split()
        )
        assert written(variable.type) == bare(str(body.get("type", "any"))), name
    outputs = blocks(folder / "outputs.tf", "output")
    assert [output.name for output in read_outputs(folder)] == list(outputs)


def written(kind: Type) -> str:
    """Return a type as Terraform's source without blanks, to be compared with python-hcl2's."""
    if isinstance(kind, Primitive):
        return kind.name
    if isinstance(kind, ListType):
        return f"{'set' if kind.is_set else 'list'}({written(kind.element)})"
    if isinstance(kind, MapType):
        return f"map({written(kind.element)})"
    if isinstance(kind, TupleType):
        return f"tuple([{','.join(map(written, kind.elements))}])"
    if isinstance(kind, ObjectType):
        parts = []
        for name, attribute in kind.attributes.items():
            inside = written(attribute.type)
            if attribute.has_default:
                inside += f",{bare(json.dumps(attribute.default))}"
            parts.append(f"{name}={f'optional({inside})' if attribute.optional else inside}")
        return f"object({{{','.join(parts)}}})"
    assert isinstance(kind, AnyType)
    return "any"


def bare(source: str) -> str:
    """Return a type's source without what may differ: blanks, quotes and `:` for `=`."""
    source = source.removeprefix("${").removesuffix("}") if source.startswith("${") else source
    source = re.sub(r"\s+|\"", "", source.replace(":", "="))
    return source.replace(",}", "}")


def plain(value: Any) -> Any:
    if isinstance(value, str):
        if value.startswith('"'):
            return text(value)
        return None if value == "null" else value
    if isinstance(value, dict):
        return {
            key.strip('"'): plain(item)
            for key, item in value.items()
            if not key.startswith("__")
        }
    return [plain(item) for item in value] if isinstance(value, list) else value


def text(value: str) -> str:
    inside = value.strip('"')
    if found := re.match(r"<<-?(\w+)\n(.*)\n\s*\1\s*$", inside, re.S):
        return textwrap.dedent(found[2])
    return str(json.loads(value)) if value.startswith('"') else value

"""Random environments that are right, and the files that they can be written in."""

from __future__ import annotations

import unicodedata
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from mwaa_ecs.hcl import (
    ListType,
    MapType,
    ObjectType,
    Primitive,
    TupleType,
    Type,
    read_variables,
)
from mwaa_ecs.strict_yaml.scalars import AmbiguousScalarError, plain_value

REPOSITORY = Path(__file__).resolve().parents[3]

Files = dict[str, str | bytes]

TEXT = st.one_of(
    st.sampled_from(
        [
            *(
                "",
                "yes",
                "null",
                "012",
                "1e3",
                "%{if}",
                "a: b",
                "- x",
                "é",
                "\\",
                '"',
                "#",
                "1.10",
            ),
            *("2024-01-01", "${", "$${x}", "$", "22:30", "etl:1.4", "=", "1_000.5", " x ", "~"),
        ]
    ),
    # Terraform normalizes what it reads, so that only this comes back as it was given.
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8).map(
        lambda text: unicodedata.normalize("NFC", text)
    ),
)
KEYS = st.from_regex(r"[a-zA-Z][a-zA-Z0-9_-]{0,8}", fullmatch=True)


def of_type(kind: Type) -> st.SearchStrategy[Any]:
    """Values of a type as YAML has them."""
    if isinstance(kind, Primitive):
        right: dict[str, st.SearchStrategy[Any]] = {
            "string": TEXT,
            "number": st.one_of(
                st.integers(-(2**53), 2**53), st.integers(-999, 999).map(lambda n: n / 8)
            ),
            "bool": st.booleans(),
        }
        return right[kind.name]
    if isinstance(kind, ListType):
        return st.lists(of_type(kind.element), max_size=3)
    if isinstance(kind, MapType):
        return st.dictionaries(KEYS, of_type(kind.element), max_size=2)
    if isinstance(kind, TupleType):
        return st.tuples(*map(of_type, kind.elements)).map(list)
    if isinstance(kind, ObjectType):
        required = {k: of_type(a.type) for k, a in kind.attributes.items() if not a.optional}
        optional = {k: of_type(a.type) for k, a in kind.attributes.items() if a.optional}
        return st.fixed_dictionaries(required, optional=optional)
    return TEXT


def all_inputs() -> st.SearchStrategy[dict[str, Any]]:
    """Values of the root module's variables, right by their types."""
    variables = read_variables(REPOSITORY)
    required = {name: of_type(v.type) for name, v in variables.items() if v.required}
    optional = {name: of_type(v.type) for name, v in variables.items() if not v.required}
    return st.fixed_dictionaries(required, optional=optional)


@st.composite
def files(draw: st.DrawFn, given: st.SearchStrategy[dict[str, Any]]) -> tuple[Any, Files]:
    """Inputs, and files that set them: in layers, with vars, quoted only where needed."""
    inputs = draw(given)
    variables: dict[str, Any] = {}
    below, above = _split(draw, deepcopy(inputs))
    tasks = below.get("tasks", {})
    shared = {name: tasks.pop(name) for name in list(tasks) if draw(st.booleans())}
    if "tasks" in above and draw(st.booleans()):
        below.setdefault("tasks", {})["gone-task"] = {"image": "x"}
        above["tasks"]["gone-task"] = None
    documents = {
        **{
            f"tasks/{name}.yaml": _named(draw, task, variables) for name, task in shared.items()
        },
        "defaults.yaml": {"region": "eu-west-1", "inputs": _named(draw, below, variables)},
        "dev.yaml": {"account_id": "1" * 12, "inputs": _named(draw, above, variables)},
    }
    theirs = {name: value for name, value in variables.items() if draw(st.booleans())}
    documents["dev.yaml"]["vars"] = theirs
    # The values of dev.yaml win over those of defaults.yaml.
    documents["defaults.yaml"]["vars"] = dict.fromkeys(theirs, "other") | {
        name: value for name, value in variables.items() if name not in theirs
    }
    flow, plain, wide = (draw(st.booleans()) for _ in range(3))
    return inputs, {
        path: yaml.dump(
            document,
            Dumper=_Dumper,
            default_flow_style=flow,
            allow_unicode=plain,
            width=20 if wide else 200,
            sort_keys=False,
        )
        for path, document in documents.items()
    }


def _split(draw: st.DrawFn, value: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return two layers of a mapping: the second laid over the first gives the value."""
    below: dict[str, Any] = {}
    above: dict[str, Any] = {}
    for key, item in value.items():
        where = draw(st.sampled_from(["below", "above", "both"]))
        if where == "both" and isinstance(item, dict):
            below[key], above[key] = _split(draw, item)
        elif where == "both":
            below[key], above[key] = ([] if isinstance(item, list) else item), item
        else:
            (below if where == "below" else above)[key] = item
    return below, above


def _named(draw: st.DrawFn, value: Any, variables: dict[str, Any]) -> Any:
    """Return a value with some of its scalars in vars, and their names in their place."""
    if isinstance(value, dict):
        return {key: _named(draw, item, variables) for key, item in value.items()}
    if isinstance(value, list):
        return [_named(draw, item, variables) for item in value]
    name = f"v{len(variables)}"
    if value is None or draw(st.integers(0, 4)):
        return value.replace("${", "$${") if isinstance(value, str) else value
    if not isinstance(value, str):
        variables[name] = value
        return f"${{{name}}}"
    start = draw(st.integers(0, len(value)))
    end = draw(st.integers(start, len(value)))
    before, inside, after = value[:start], value[start:end], value[end:]
    if before.endswith("$") or "${" in before + "|" + after:
        before, inside, after = "", value, ""
    digits = inside.isascii() and inside.isdigit() and str(int(inside)) == inside
    whole = not before and not after
    variables[name] = int(inside) if digits and not whole else inside.replace("${", "$${")
    return f"{before}${{{name}}}{after}"


class _Dumper(yaml.SafeDumper):
    """Quotes what must be, and nothing else."""

    def ignore_aliases(self, _: Any) -> bool:
        return True


def _text(dumper: Any, text: str) -> Any:
    try:
        quoted = plain_value(text) != text
    except AmbiguousScalarError:
        quoted = True
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, '"' if quoted else None)


_Dumper.add_representer(str, _text)

"""Whatever `render` accepts, `terraform plan` accepts, value for value."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mwaa_ecs.environments import (
    EnvironmentErrors,
    EnvironmentFolder,
    environment_schema,
    load_module,
    render,
)
from mwaa_ecs.hcl import (
    ListType,
    MapType,
    ObjectType,
    Primitive,
    TupleType,
    Type,
    read_variables,
)

REPOSITORY = Path(__file__).resolve().parents[3]

EDITOR = Draft202012Validator(environment_schema(load_module(REPOSITORY)))

TEXT = st.one_of(
    st.sampled_from(
        ["", "yes", "null", "012", "1e3", "%{if}", "a: b", "- x", "é", "\\", '"', "#"]
    ),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8).filter(
        lambda text: "${" not in text
    ),
)
KEYS = st.from_regex(r"[a-zA-Z][a-zA-Z0-9_-]{0,8}", fullmatch=True)


def of_type(kind: Type) -> st.SearchStrategy[Any]:
    """Values of a type as YAML has them, now and then one of another type."""
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
        optional = {
            k: st.one_of(st.none(), of_type(a.type))
            for k, a in kind.attributes.items()
            if a.optional
        }
        return st.fixed_dictionaries(required, optional=optional)
    return TEXT


def documents() -> st.SearchStrategy[dict[str, Any]]:
    """Environments that set variables of the root module."""
    variables = read_variables(REPOSITORY)
    required = {name: of_type(v.type) for name, v in variables.items() if v.required}
    optional = {name: of_type(v.type) for name, v in variables.items() if not v.required}
    inputs = st.fixed_dictionaries(required, optional=optional)
    return inputs.map(
        lambda given: {"region": "eu-west-1", "account_id": "1" * 12, "inputs": given}
    )


def probe(folder: Path) -> None:
    """Write the root's variables without their rules, and an output of each.

    The rules of `validation` blocks are Terraform's to judge; here it is about types.
    """
    variables = read_variables(REPOSITORY)
    parts = []
    for name, variable in variables.items():
        default = variable.block.attributes.get("default")
        parts.append(
            f'variable "{name}" {{\n  type = {variable.type_source}\n'
            f"  nullable = {str(variable.nullable).lower()}\n"
            + (f"  default = {default.text}\n" if default else "")
            + f'}}\noutput "{name}" {{ value = var.{name} }}\n'
        )
    (folder / "main.tf").write_text("\n".join(parts))


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(document=documents())
def test_what_render_accepts_terraform_plans(document: dict[str, Any]) -> None:
    terraform = shutil.which("terraform")
    assert terraform
    with TemporaryDirectory() as name:
        folder = Path(name)
        # JSON is YAML too, and quotes what readers of YAML do not agree on.
        (folder / "dev.yaml").write_text(json.dumps(document, ensure_ascii=False))
        try:
            (dev,) = render(EnvironmentFolder(folder, load_module(REPOSITORY)))
        except EnvironmentErrors as error:
            raise AssertionError(f"a right document is refused: {error}\n{document}") from None
        dev.write()
        probe(folder)
        done = subprocess.run(
            [terraform, "plan", "-no-color", "-input=false", f"-var-file={dev.path}", "-out=p"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "Warning" not in done.stdout + done.stderr
        shown = subprocess.run(
            [terraform, "show", "-json", "p"], cwd=folder, capture_output=True, check=True
        )
        outputs = json.loads(shown.stdout)["planned_values"]["outputs"]
        assert dev.new is not None
        for variable, value in json.loads(dev.new).items():
            assert covers(outputs[variable].get("value"), value), variable


@settings(max_examples=200, deadline=None, derandomize=True)
@given(document=documents())
def test_an_editor_marks_nothing_that_render_accepts(document: dict[str, Any]) -> None:
    EDITOR.validate(document)


def covers(planned: Any, given_value: Any) -> bool:
    """Tell whether a planned value holds all that was given; defaults come on top."""
    if given_value is None:
        return True  # Terraform puts the default of `optional(…)` in its place.
    if isinstance(given_value, dict):
        return all(covers(planned.get(key), item) for key, item in given_value.items())
    if isinstance(given_value, list):
        return len(planned) == len(given_value) and all(map(covers, planned, given_value))
    if isinstance(given_value, float):
        return abs(float(planned) - given_value) <= 1e-9 * max(1.0, abs(given_value))
    return bool(planned == given_value)

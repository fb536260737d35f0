"""Whatever `render` accepts, `terraform plan` accepts, value for value."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mwaa_ecs.environments import (
    EnvironmentFolder,
    ProblemsError,
    Rendered,
    environment_schema,
    load_module,
    render,
)
from mwaa_ecs.hcl import MapType, Variable, read_variables
from variable_rules import write_rules

from .documents import REPOSITORY, Files, all_inputs, files, of_type

MODULE = load_module(REPOSITORY)
EDITOR = Draft202012Validator(environment_schema(MODULE))
# The examples share a plan, so one that fails is reported and not made smaller.
PHASES = (Phase.explicit, Phase.generate)


def rendered(folder: Path, written: Files) -> Rendered:
    """Render files that are right."""
    for name, text in written.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(str(text), encoding="utf-8")
    try:
        (dev,) = render(EnvironmentFolder(folder, MODULE))
    except ProblemsError as error:
        raise AssertionError(f"a right document is refused: {error}\n{written}") from None
    return dev


def terraform(folder: Path, *words: str) -> str:
    """Run Terraform and return what it prints."""
    command = shutil.which("terraform")
    assert command
    done = subprocess.run(
        [command, *words], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stdout + done.stderr
    return done.stdout


def collected(
    documents: st.SearchStrategy[tuple[dict[str, Any], Files]], number: int
) -> list[tuple[dict[str, Any], Files]]:
    """Return so many random documents, for one plan of them all.

    A start of Terraform takes longer than a document.
    """
    found: list[tuple[dict[str, Any], Files]] = []

    @settings(
        max_examples=number,
        deadline=None,
        derandomize=True,
        phases=PHASES,
        suppress_health_check=list(HealthCheck),
    )
    @given(drawn=documents)
    def collect(drawn: tuple[dict[str, Any], Files]) -> None:
        found.append(drawn)

    collect()
    return found


def probe(variables: Mapping[str, Variable], prefix: str) -> str:
    """Return variables without their rules, each with a prefix and an output.

    Random values keep to the types; the rules of `validation` blocks have a test of their own.
    """
    parts = []
    for name, variable in variables.items():
        default = variable.block.attributes.get("default")
        parts.append(
            f'variable "{prefix}{name}" {{\n  type = {variable.type_source}\n'
            f"  nullable = {str(variable.nullable).lower()}\n"
            + (f"  default = {default.text}\n" if default else "")
            + f'}}\noutput "{prefix}{name}" {{ value = var.{prefix}{name} }}\n'
        )
    return "\n".join(parts)


def test_what_render_accepts_terraform_plans(tmp_path: Path) -> None:
    found = collected(files(all_inputs()), 25)
    values: dict[str, Any] = {}
    probes = []
    variables = read_variables(REPOSITORY)
    for number, (_, written) in enumerate(found):
        prefix = f"document{number}_"
        dev = rendered(tmp_path / f"envs{number}", written)
        dev.write()
        of_file = json.loads(dev.path.read_text(encoding="utf-8"))
        values |= {prefix + key: value for key, value in of_file.items()}
        probes.append(probe(variables, prefix))
    (tmp_path / "main.tf").write_text("\n".join(probes), encoding="utf-8")
    (tmp_path / "all.tfvars.json").write_text(json.dumps(values), encoding="utf-8")
    terraform(
        tmp_path, "plan", "-no-color", "-input=false", "-var-file=all.tfvars.json", "-out=p"
    )
    shown = json.loads(terraform(tmp_path, "show", "-json", "p"))
    outputs = shown["planned_values"]["outputs"]
    for number, (inputs, written) in enumerate(found):
        for variable, value in inputs.items():
            name = f"document{number}_{variable}"
            assert lost(outputs[name].get("value"), value, name) == [], written


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(drawn=files(all_inputs()))
def test_layers_and_names_and_missing_quotes_change_no_value(
    drawn: tuple[dict[str, Any], Files],
) -> None:
    inputs, written = drawn
    with TemporaryDirectory() as name:
        assert json.loads(rendered(Path(name), written).new) == inputs, written


@settings(max_examples=200, deadline=None, derandomize=True)
@given(inputs=all_inputs())
def test_an_editor_marks_nothing_that_render_accepts(inputs: dict[str, Any]) -> None:
    EDITOR.validate({"region": "eu-west-1", "account_id": "1" * 12, "inputs": inputs})


def accepted_inputs() -> st.SearchStrategy[dict[str, Any]]:
    """Inputs that keep the root module's own rules as well."""
    tasks = MODULE.variables["tasks"].type
    assert isinstance(tasks, MapType)
    task = of_type(tasks.element).map(
        lambda found: {k: v for k, v in found.items() if k != "capacity_provider_strategy"}
    )
    ids = st.from_regex(r"[0-9a-z]{1,8}", fullmatch=True)
    subnets = st.lists(ids.map("subnet-{}".format), min_size=2, max_size=4, unique=True)
    groups = st.lists(ids.map("sg-{}".format), min_size=1, max_size=5)
    network = st.fixed_dictionaries(
        {"subnet_ids": subnets},
        optional={"security_group_ids": groups, "assign_public_ip": st.booleans()},
    )
    names = st.from_regex(r"[a-zA-Z0-9_-]{1,20}", fullmatch=True)
    cluster = st.one_of(
        st.fixed_dictionaries({"name": names}, optional={"tags": st.just({"a": "b"})}),
        st.just({"existing": {"arn": "arn:aws:ecs:eu-west-1:123456789012:cluster/shared"}}),
    )
    return st.fixed_dictionaries(
        {
            "name": st.from_regex(r"[a-rt-zA-RT-Z][a-zA-Z0-9-]{0,47}", fullmatch=True),
            "network": network,
            "tasks": st.dictionaries(names, task, min_size=1, max_size=2),
        },
        optional={
            "mwaa_execution_role_name": st.from_regex(
                r"[a-zA-Z0-9+=,.@_-]{1,64}", fullmatch=True
            ),
            "cluster": cluster,
            "ssm_prefix": st.from_regex(
                r"(/[b-rt-z][a-zA-Z0-9_.-]{0,19}){1,3}", fullmatch=True
            ),
            "tags": of_type(MODULE.variables["tags"].type),
        },
    ).map(lambda found: {**found, "default_task": min(found["tasks"])})


def test_the_modules_own_rules_take_what_render_makes_of_accepted_inputs(
    tmp_path: Path,
) -> None:
    found = collected(files(accepted_inputs()), 20)
    write_rules(REPOSITORY, tmp_path / "rules")
    calls = []
    for number, (_, written) in enumerate(found):
        dev = rendered(tmp_path / f"envs{number}", written)
        dev.write()
        calls.append(f'module "m{number}" {{\n  source = "./rules"')
        calls += [
            f'  {key} = jsondecode(file("{dev.path}")).{key}' for key in json.loads(dev.new)
        ]
        calls.append("}")
    (tmp_path / "main.tf").write_text("\n".join(calls))
    terraform(tmp_path, "init", "-no-color", "-input=false")
    terraform(tmp_path, "plan", "-no-color", "-input=false")


def lost(planned: Any, given_value: Any, path: str) -> list[str]:
    """Return where a planned value is not what was given; defaults come on top."""
    if isinstance(given_value, dict):
        pairs = [(planned.get(key), item, f"{path}.{key}") for key, item in given_value.items()]
    elif isinstance(given_value, list) and len(planned) == len(given_value):
        pairs = [(*both, path) for both in zip(planned, given_value, strict=True)]
    else:
        same = planned == given_value
        if isinstance(given_value, float):
            same = abs(float(planned) - given_value) <= 1e-9 * max(1.0, abs(given_value))
        return [] if same else [f"{path}: {planned!r} for {given_value!r}"]
    return [text for pair in pairs for text in lost(*pair)]

"""A team that has files of variables gets YAML that renders to the same values."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from mwaa_ecs.cli import app
from mwaa_ecs.environments import EnvironmentFolder, load_module, render
from mwaa_ecs.environments.from_tfvars import yaml_from_tfvars
from mwaa_ecs.errors import UserError

# Terraform's strings have neither surrogates nor, in HCL, a zero byte.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
HARD = st.sampled_from(
    ["yes", "null", "010", "1e3", "22:30", "${a}", "$${a}", "%{a}", "- a", "a: b", "~", "\x85"]
)
# Names are filled in values, never in keys.
KEYS = (TEXTS | HARD).filter(lambda key: "${" not in key)
SCALARS = st.one_of(
    TEXTS, HARD, st.booleans(), st.integers(-(10**20), 10**20), st.floats(-1e9, 1e9, width=32)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)
INPUTS = st.dictionaries(st.sampled_from(["a", "b", "c"]), VALUES, max_size=3)


def hcl(value: Any) -> str:
    """Write a value as HCL."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{hcl(key)} = {hcl(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(hcl, value))}]"
    if isinstance(value, str):
        escapes = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
        text = "".join(escapes.get(one, one) for one in value)
        return '"' + text.replace("${", "$${").replace("%{", "%%{") + '"'
    return json.dumps(value)


def imported(folder: Path, name: str, text: str) -> dict[str, Any]:
    """Import a file and render the YAML."""
    (folder / name).write_text(text, encoding="utf-8")
    yaml, _ = yaml_from_tfvars(folder / name, region="eu-west-1", account_id="1" * 12)
    environments = folder / "environments"
    environments.mkdir(exist_ok=True)
    (environments / "dev.yaml").write_text(yaml, encoding="utf-8")
    (dev,) = render(EnvironmentFolder(environments, load_module(folder)))
    found: dict[str, Any] = json.loads(dev.new)
    return found


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("root")
    variables = "".join(f'variable "{name}" {{\n  default = null\n}}\n' for name in "abc")
    (folder / "main.tf").write_text(variables)
    return folder


@settings(max_examples=60, deadline=None)
@given(values=INPUTS)
def test_the_yaml_renders_to_the_values_of_the_file(root: Path, values: dict[str, Any]) -> None:
    assert imported(root, "x.tfvars.json", json.dumps(values)) == values
    text = "".join(f"{name} = {hcl(value)}\n" for name, value in values.items())
    assert imported(root, "x.tfvars", text) == values


def test_the_command_writes_the_file_and_says_what_is_missing(root: Path) -> None:
    (root / "prod.tfvars").write_text('a = null\nb = { c = null, d = ["x"] }\n')
    words = ["import-tfvars", str(root / "prod.tfvars")]
    done = CliRunner().invoke(app, words)
    assert done.stdout == (
        "# region: eu-west-1  # required: the AWS region\n"
        '# account_id: "111111111111"  # required: the AWS account, in quotes\n'
        "inputs:\n  b:\n    d:\n      - x\n"
    )
    assert "left out: a, b.c: null" in done.stderr
    out = root / "prod.yaml"
    assert CliRunner().invoke(app, [*words, "--out", str(out)]).exit_code == 0
    assert out.read_text() == done.stdout
    done = CliRunner().invoke(app, [*words, "--out", str(out)])
    assert (done.exit_code, "exists; name a new file" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = [null]\n", r"a\[0\] is null, which is not accepted in a list; remove it"),
        ('a = { "$${b}" = 1 }\n', r"a has the key '\$\{b\}'; in YAML, no key can contain"),
        ("a = var.b\n", "x.tfvars:1:"),
    ],
)
def test_what_no_yaml_can_have_is_named(root: Path, text: str, message: str) -> None:
    (root / "x.tfvars").write_text(text)
    with pytest.raises(UserError, match=message):
        yaml_from_tfvars(root / "x.tfvars")


def test_a_file_that_does_not_exist_is_named(root: Path) -> None:
    with pytest.raises(UserError, match="there is no file"):
        yaml_from_tfvars(root / "none.tfvars")

"""The JSON schema of an environment's YAML, for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from mwaa_ecs.environments import environment_schema, load_module, task_schema
from mwaa_ecs.errors import UserError
from mwaa_ecs.hcl import MapType, ObjectType, read_variables

from .conftest import Write

REPOSITORY = Path(__file__).resolve().parents[3]


def test_every_variable_of_the_root_module_is_completed_with_its_description() -> None:
    inputs = environment_schema(load_module(REPOSITORY))["properties"]["inputs"]["properties"]
    variables = read_variables(REPOSITORY)
    assert list(inputs) == list(variables)
    for name, variable in variables.items():
        assert inputs[name]["description"].startswith(variable.description)
        assert inputs[name].get("default") == variable.default


def test_every_field_of_a_task_is_completed_with_its_default() -> None:
    fields = task_schema(load_module(REPOSITORY))["properties"]
    kind = read_variables(REPOSITORY)["tasks"].type
    assert isinstance(kind, MapType)
    assert isinstance(kind.element, ObjectType)
    assert list(fields) == list(kind.element.attributes)
    assert fields["network_mode"]["default"] == "awsvpc"
    assert "one vCPU" in fields["cpu"]["description"]
    assert "(required)" in fields["image"]["description"]


def test_an_editor_marks_what_render_refuses(team: Write, tmp_path: Path) -> None:
    team({})
    schema = environment_schema(load_module(tmp_path))
    assert schema["additionalProperties"] is False
    task = schema["properties"]["inputs"]["properties"]["tasks"]["additionalProperties"]
    assert task["additionalProperties"] is False
    assert task["properties"]["command"]["items"] == {"type": "string"}
    defaults = {"task_defaults": {"cpuu": 1}}
    assert not Draft7Validator(schema).is_valid(defaults)
    assert Draft7Validator(schema).is_valid({"layers": ["eu"], "task_defaults": {"cpu": 1}})
    # Null removes a default, and ${cpu} may stand for a number.
    kinds = task["properties"]["cpu"]["anyOf"]
    assert kinds[0] == {"type": ["number", "null"]}
    assert kinds[1]["type"] == "string"


def test_nothing_is_required_because_defaults_may_say_it(team: Write, tmp_path: Path) -> None:
    team({})
    assert '"required"' not in json.dumps(environment_schema(load_module(tmp_path)))


def test_the_schema_is_the_same_each_time(team: Write, tmp_path: Path) -> None:
    team({})
    both: list[Any] = [json.dumps(environment_schema(load_module(tmp_path))) for _ in range(2)]
    assert both[0] == both[1]


def test_a_module_without_tasks_has_no_schema_for_them(tmp_path: Path) -> None:
    (tmp_path / "variables.tf").write_text('variable "name" {}\n')
    with pytest.raises(UserError, match="no variable 'tasks'"):
        task_schema(load_module(tmp_path))

"""One output of an environment is found, by its name and by what is in it."""

from __future__ import annotations

from typing import Any

import pytest

from mwaa_ecs.cli.outputs import find_output
from mwaa_ecs.errors import UserError
from mwaa_ecs.terraform import Output

OUTPUTS = {
    "dag_snippet": Output({"nightly-load": "from airflow", "a": {"b": 1}, "a.b": 2}),
    "subnet_ids": Output(["subnet-0", "subnet-1"]),
    "password": Output("secret", sensitive=True),
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("subnet_ids", ["subnet-0", "subnet-1"]),
        ("subnet_ids.1", "subnet-1"),
        ("dag_snippet.nightly-load", "from airflow"),
        ("dag_snippet.a.b", 2),
    ],
)
def test_a_value_is_found_by_its_path(path: str, value: Any) -> None:
    assert find_output(OUTPUTS, path, show_sensitive=False) == value


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("dag_snipet", r"no output called 'dag_snipet'; did you mean 'dag_snippet'\?"),
        ("dag_snippet.nightly", r"no key in 'dag_snippet' called 'nightly'; did you mean"),
        ("subnet_ids.7", r"called '7'; accepted names: 0, 1"),
        ("subnet_ids.1.x", r"no key in 'subnet_ids' called 'x'"),
        ("password", r"the output 'password' is sensitive; give --show-sensitive"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(path: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        find_output(OUTPUTS, path, show_sensitive=False)

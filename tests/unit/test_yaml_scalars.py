"""What is read of an unquoted scalar is what other readers of YAML read."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mwaa_ecs.strict_yaml.scalars import AmbiguousScalarError, plain_value

# The core schema of YAML 1.2.2, chapter 10.3.2.
CORE = {
    "null": r"null|Null|NULL|~|",
    "bool": r"true|True|TRUE|false|False|FALSE",
    "int": r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+",
    "float": r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"
    r"|[-+]?(\.inf|\.Inf|\.INF)|\.nan|\.NaN|\.NAN",
}
SIGNS = "0123456789+-._:eExobaf tTzZ=<~yn"


def kind(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return "null" if value is None else "bool"
    return {int: "int", float: "float", str: "str"}[type(value)]


@settings(max_examples=3000, deadline=None, derandomize=True)
@given(text=st.text(SIGNS, min_size=1, max_size=12).filter(lambda text: text == text.strip()))
@example("2024-01-01")
@example("2024-1-1")
@example("2024-01-01T10:00:00Z")
@example("2024-01-01 10:00:00")
@example("190:20:30.15")
@example("1_000.5")
@example("00.5")
@example("+.5")
@example("1.0e5")
@example("1.0e+5")
@example("0o17")
@example("09")
@example("=")
@example("<<")
@example("1.10")
@example("10.0.0.0")
@example("1.2.3")
def test_what_is_read_every_reader_reads_alike(text: str) -> None:
    try:
        ours = plain_value(text)
    except AmbiguousScalarError:
        return
    core = next((name for name, form in CORE.items() if re.fullmatch(form, text)), "str")
    assert kind(ours) == core, "YAML 1.2"
    loader: Any = yaml.SafeLoader("")
    tag = loader.resolve(yaml.ScalarNode, text, (True, False))
    assert tag == f"tag:yaml.org,2002:{core}", "YAML 1.1"
    if core != "str":
        assert ours == yaml.safe_load(text)
        json.dumps(ours, allow_nan=False)


@pytest.mark.parametrize(
    "text", ["etl:1.4", "10.0.0.0/16", "1.2.3", "-", "--date", "m5.large", "2024", "..", "n"]
)
def test_what_everybody_takes_for_a_text_needs_no_quotes(text: str) -> None:
    assert plain_value(text) == (2024 if text == "2024" else text)

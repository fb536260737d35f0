"""ECS's rules that need no state: sizes, overrides, lines, references to secrets."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mwaa_ecs.sandbox.ecs.errors import EcsError
from mwaa_ecs.sandbox.ecs.fargate import cpu_units, is_pair, memory_mib
from mwaa_ecs.sandbox.ecs.lines import LineCutter
from mwaa_ecs.sandbox.ecs.overrides import check_overrides, echo, merge_container
from mwaa_ecs.sandbox.ecs.secrets import Reference, SecretUnavailableError, parse_reference


@pytest.mark.parametrize(
    ("cpu", "smallest", "largest", "how_many"),
    [
        (256, 512, 2048, 3),
        (512, 1024, 4096, 4),
        (1024, 2048, 8192, 7),
        (2048, 4096, 16384, 13),
        (4096, 8192, 30720, 23),
        (8192, 16384, 61440, 12),
        (16384, 32768, 122880, 12),
    ],
)
def test_fargate_has_the_sizes_of_its_documentation(
    cpu: int, smallest: int, largest: int, how_many: int
) -> None:
    accepted = [memory for memory in range(0, 130_000, 256) if is_pair(cpu, memory)]
    assert (accepted[0], accepted[-1], len(accepted)) == (smallest, largest, how_many)


@settings(deadline=None)
@given(st.integers(), st.integers())
def test_no_other_cpu_has_any_size(cpu: int, memory: int) -> None:
    if is_pair(cpu, memory):
        assert cpu in (256, 512, 1024, 2048, 4096, 8192, 16384)


@pytest.mark.parametrize(
    ("given", "units"),
    [
        ("256", 256),
        (512, 512),
        (".25 vCPU", 256),
        ("1 vcpu", 1024),
        ("2VCPU", 2048),
        ("0.3 vCPU", None),
        ("1 GB", None),
        ("a", None),
        ("", None),
        (None, None),
        (True, None),
    ],
)
def test_cpu_is_read_in_units_and_in_vcpus(given: object, units: int | None) -> None:
    assert cpu_units(given) == units


@pytest.mark.parametrize(
    ("given", "mib"),
    [("512", 512), ("0.5 GB", 512), ("2gb", 2048), ("2 GiB", None), ("", None)],
)
def test_memory_is_read_in_mib_and_in_gb(given: object, mib: int | None) -> None:
    assert memory_mib(given) == mib


names = st.text("abcdef-", min_size=1, max_size=4)
variables = st.lists(
    st.fixed_dictionaries({"name": names, "value": st.text(max_size=5)}),
    unique_by=lambda item: item["name"],
)


@settings(deadline=None)
@given(variables, variables)
def test_an_override_adds_to_the_environment_by_name(
    defined: list[dict[str, str]], overriding: list[dict[str, str]]
) -> None:
    merged = merge_container({"name": "a", "environment": defined}, {"environment": overriding})
    expected = {item["name"]: item["value"] for item in [*defined, *overriding]}
    assert {item["name"]: item["value"] for item in merged["environment"]} == expected
    assert len(merged["environment"]) == len(expected)


def test_an_override_replaces_what_it_names_and_leaves_the_rest() -> None:
    definition = {"name": "a", "image": "i", "command": ["x"], "memory": 128, "cpu": 10}
    merged = merge_container(definition, {"name": "a", "command": [], "memory": 256})
    assert merged == {"name": "a", "image": "i", "command": [], "memory": 256, "cpu": 10}
    assert definition["command"] == ["x"]


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=9000))
@example(8192)
def test_overrides_are_measured_as_json(padding: int) -> None:
    overrides: dict[str, Any] = {
        "containerOverrides": [{"name": "a", "command": ["x" * padding]}]
    }
    length = len(json.dumps(overrides, separators=(",", ":")))
    if length > 8192:
        with pytest.raises(EcsError, match="at most 8192"):
            check_overrides(overrides, ["a"])
    else:
        check_overrides(overrides, ["a"])


def test_a_task_shows_every_container_in_its_overrides() -> None:
    shown = echo({"containerOverrides": [{"name": "b", "cpu": 1}], "cpu": "512"}, ["a", "b"])
    assert shown["containerOverrides"] == [{"name": "a"}, {"name": "b", "cpu": 1}]
    assert shown["cpu"] == "512"


@settings(deadline=None)
@given(st.lists(st.binary(max_size=40), max_size=20), st.integers(min_value=4, max_value=30))
def test_no_line_is_lost_however_the_output_comes(chunks: list[bytes], limit: int) -> None:
    cutter = LineCutter(limit)
    events = [event for chunk in chunks for event in cutter.feed(chunk)] + cutter.finish()
    assert all(0 < len(event.encode()) <= limit for event in events)
    assert all("\n" not in event for event in events)
    whole = b"".join(chunks)
    if whole.decode("utf-8", "ignore").encode() == whole:
        assert "".join(events) == whole.decode().replace("\n", "")


@settings(deadline=None)
@given(st.text(min_size=1, max_size=60).filter(lambda text: "\n" not in text))
def test_a_line_comes_out_whole_wherever_it_was_cut_in_two(line: str) -> None:
    data = line.encode() + b"\n"
    for position in range(len(data)):
        cutter = LineCutter()
        assert cutter.feed(data[:position]) + cutter.feed(data[position:]) == [line]


SECRET = "arn:aws:secretsmanager:eu-west-1:1:secret:db-AbCdEf"


@pytest.mark.parametrize(
    ("value_from", "reference"),
    [
        ("token", Reference("ssm", "token")),
        ("/a/token", Reference("ssm", "/a/token")),
        ("arn:aws:ssm:us-east-1:1:parameter/a/b", Reference("ssm", "/a/b", "us-east-1")),
        ("arn:aws:ssm:us-east-1:1:parameter/a", Reference("ssm", "a", "us-east-1")),
        (SECRET, Reference("secretsmanager", SECRET, "eu-west-1")),
        (f"{SECRET}:key::", Reference("secretsmanager", SECRET, "eu-west-1", json_key="key")),
        (
            f"{SECRET}::AWSPREVIOUS:v",
            Reference("secretsmanager", SECRET, "eu-west-1", stage="AWSPREVIOUS", version="v"),
        ),
    ],
)
def test_a_value_from_points_to(value_from: str, reference: Reference) -> None:
    assert parse_reference(value_from) == reference


@pytest.mark.parametrize("value_from", ["arn:aws:s3:::b", f"{SECRET}:key", "arn:"])
def test_a_value_from_that_points_nowhere(value_from: str) -> None:
    with pytest.raises(SecretUnavailableError, match="unable to pull secrets or registry auth"):
        parse_reference(value_from)

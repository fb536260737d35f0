"""Arguments as people write them, and what ECS gets of them."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mwaa_ecs_operator.console import log_address, task_address
from mwaa_ecs_operator.contract import IndexEntry
from mwaa_ecs_operator.docker_arguments import (
    check_refused,
    choose,
    definition_of,
    notes,
    parse_env_file,
    refusal,
    size_of,
)
from mwaa_ecs_operator.errors import RefusedError
from mwaa_ecs_operator.hidden import Hidden, call_hidden
from mwaa_ecs_operator.images import any_tag, normalise, part_of
from mwaa_ecs_operator.overrides import check_length, command_words, environment_map
from mwaa_ecs_operator.records import DeviceRequest, Mount, Ulimit
from mwaa_ecs_operator.sizes import PAIRS, check_pair, docker_memory, next_pair_up
from mwaa_ecs_operator.values import exit_codes, whole_number

OPERATOR = Path(inspect.getfile(normalise)).with_name("docker_operator.py")
DOCKER_ARGUMENTS = Path(__file__).with_name("docker_operator_arguments.txt")


# -- images ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("x", "docker.io/library/x:latest"),
        ("x:latest", "docker.io/library/x:latest"),
        ("library/x", "docker.io/library/x:latest"),
        ("docker.io/library/x:latest", "docker.io/library/x:latest"),
        ("docker.io/x", "docker.io/library/x:latest"),
        ("index.docker.io/org/x:1", "docker.io/org/x:1"),
        ("org/x", "docker.io/org/x:latest"),
        ("localhost/x", "localhost/x:latest"),
        ("host:5000/org/x", "host:5000/org/x:latest"),
        ("host:5000/org/x:2", "host:5000/org/x:2"),
        ("ghcr.io/org/x@sha256:ab", "ghcr.io/org/x@sha256:ab"),
        ("ghcr.io/org/x:1@sha256:ab", "ghcr.io/org/x@sha256:ab"),
        (" x ", "docker.io/library/x:latest"),
    ],
)
def test_spellings_of_one_image_are_one(reference: str, expected: str) -> None:
    assert normalise(reference) == expected
    assert normalise(expected) == expected


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("org/x:1.4", "docker.io/org/x:*"),
        ("host:5000/org/x", "host:5000/org/x:*"),
        ("ghcr.io/org/x@sha256:ab", "ghcr.io/org/x:*"),
        ("org/x:*", "docker.io/org/x:*"),
    ],
)
def test_an_alias_stands_for_any_tag(reference: str, expected: str) -> None:
    assert any_tag(reference) == expected


def test_a_large_index_has_eight_parts() -> None:
    assert {part_of(normalise(f"org/image-{number}")) for number in range(500)} == set(
        "01234567"
    )


# -- commands and environments --------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (None, None),
        ("", None),
        ([], None),
        ("python -m etl --name 'two words'", ["python", "-m", "etl", "--name", "two words"]),
        ('["sh", "-c", "a; b"]', ["sh", "-c", "a; b"]),
        ("[ -f /x ]", ["[", "-f", "/x", "]"]),
        (["--n", 3], ["--n", "3"]),
        ("a\n b", ["a", "b"]),
    ],
)
def test_a_command_becomes_words(command: Any, words: list[str] | None) -> None:
    assert command_words(command) == words


@pytest.mark.parametrize("command", ["echo 'open", {"a": 1}, 3])
def test_a_command_that_is_none_is_refused_with_its_name(command: Any) -> None:
    with pytest.raises(RefusedError, match=r"^command"):
        command_words(command)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        (None, {}),
        ({"A": 1, "B": None, "C": True}, {"A": "1", "C": "True"}),
        (["A=1", "B=x=y", "C="], {"A": "1", "B": "x=y", "C": ""}),
        ("{'A': 1}", {"A": "1"}),
    ],
)
def test_an_environment_becomes_texts(environment: Any, expected: dict[str, str]) -> None:
    assert environment_map(environment) == expected


@pytest.mark.parametrize("environment", [["A"], 3, "A=1"])
def test_an_environment_that_is_none_is_refused_with_its_name(environment: Any) -> None:
    with pytest.raises(RefusedError, match=r"^environment"):
        environment_map(environment)


def test_an_env_file_is_read_as_docker_reads_it() -> None:
    text = "# note\nA=1\nexport B='two words'\nC=\"x # y\"\nD=z # note\n\nE=a=b\nnonsense\n"
    assert parse_env_file(text) == {
        "A": "1",
        "B": "two words",
        "C": "x # y",
        "D": "z",
        "E": "a=b",
    }


def test_overrides_that_are_too_long_name_the_longest_variables_and_no_value() -> None:
    environment = [
        {"name": "SMALL", "value": "s"},
        {"name": "LARGE", "value": "v" * 9000},
    ]
    overrides = {"containerOverrides": [{"name": "x", "environment": environment}]}
    with pytest.raises(RefusedError) as caught:
        check_length(Hidden(overrides))
    assert "8192" in str(caught.value)
    assert "LARGE (9000)" in str(caught.value)
    assert "vvv" not in str(caught.value)


# -- numbers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "number"), [(None, None), ("", None), ("512", 512), (2.0, 2)]
)
def test_numbers_may_come_from_templates(value: Any, number: int | None) -> None:
    assert whole_number("cpu", value) == number


@pytest.mark.parametrize("value", ["x", 1.5, True, float("nan"), float("inf"), [1]])
def test_what_is_not_a_whole_number_is_refused(value: Any) -> None:
    with pytest.raises(RefusedError, match=r"^cpu = .*must be a whole number"):
        whole_number("cpu", value)


@pytest.mark.parametrize(
    ("value", "codes"), [(None, set()), (99, {99}), ([1, "2"], {1, 2}), ("3", {3})]
)
def test_exit_codes_are_one_or_several(value: Any, codes: set[int]) -> None:
    assert exit_codes("skip_on_exit_code", value) == codes


# -- sizes ----------------------------------------------------------------------------------


@given(st.integers(1, 16384), st.integers(1, 122880))
def test_the_next_pair_up_is_the_smallest_that_fits(cpu: int, memory: int) -> None:
    fitting = [(c, m) for c, sizes in PAIRS.items() for m in sizes if c >= cpu and m >= memory]
    assert next_pair_up(cpu, memory) == min(fitting)


@pytest.mark.parametrize(
    ("mem_limit", "cpus", "expected"),
    [
        (None, 1.0, {}),
        ("3g", 1.0, {"cpu": "512", "memory": "3072"}),
        ("512m", 2, {"cpu": "2048", "memory": "4096"}),
        (None, 0.25, {"cpu": "256", "memory": "512"}),
        (600 * 2**20, 1.0, {"cpu": "256", "memory": "1024"}),
    ],
)
def test_dockers_sizes_become_the_next_pair_up(
    mem_limit: Any, cpus: float, expected: dict[str, str]
) -> None:
    assert size_of(mem_limit, cpus, IndexEntry("x", cpu=256, memory=512)) == expected


@pytest.mark.parametrize(("mem_limit", "cpus"), [("512g", 1.0), ("1g", 40)])
def test_a_size_that_fargate_lacks_is_refused(mem_limit: Any, cpus: float) -> None:
    with pytest.raises(RefusedError, match="at most 16384"):
        size_of(mem_limit, cpus, IndexEntry("x"))


def test_a_memory_that_is_none_is_refused_with_an_example() -> None:
    with pytest.raises(RefusedError, match=r"mem_limit = 'much'.*512m"):
        docker_memory("much")


@pytest.mark.parametrize(
    ("cpu", "memory", "accepted"), [(300, 512, "256, 512"), (256, 4096, "512, 1024, 2048")]
)
def test_a_pair_that_fargate_lacks_names_what_is_accepted(
    cpu: int, memory: int, accepted: str
) -> None:
    with pytest.raises(RefusedError) as caught:
        check_pair(cpu, memory)
    assert accepted in str(caught.value)


# -- DockerOperator -------------------------------------------------------------------------


def test_every_argument_and_default_is_dockeroperators_own_in_each_version() -> None:
    (init,) = [
        node
        for node in ast.walk(ast.parse(OPERATOR.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name == "__init__"
    ]
    ours = {
        argument.arg: "required" if default is None else ast.unparse(default)
        for argument, default in zip(init.args.kwonlyargs, init.args.kw_defaults, strict=True)
    }
    theirs: dict[str, dict[str, str]] = {"3.14.0": {}, "4.5.9": {}}
    for line in DOCKER_ARGUMENTS.read_text().splitlines():
        argument, _, versions = line.partition("  # ")
        name, default = argument.split(" = ", 1)
        assert ours[name] == default.replace("NOTSET", "None"), f"{name} of {versions}"
        for version in versions.split(" to "):
            theirs.setdefault(version, {})[name] = default
    assert "skip_exit_code" in theirs["3.14.0"]
    assert "labels" in theirs["4.5.9"]
    assert ours.keys() - theirs["3.14.0"].keys() - theirs["4.5.9"].keys() == {
        "on_private_environment",
        "register",
        "volumes",
        "xcom_push",
    }


ENTRIES = [
    IndexEntry("plain"),
    IndexEntry("in-src", working_directory="/src"),
    IndexEntry("mounts", mounts=("/data",)),
]


@pytest.mark.parametrize(
    ("arguments", "task"),
    [
        ({}, "plain"),
        ({"working_dir": "/src"}, "in-src"),
        ({"mounts": [Mount("/data", "volume")]}, "mounts"),
        ({"mounts": [{"target": "/data", "source": "x"}]}, "mounts"),
        ({"mounts": ["/host:/data:ro"]}, "mounts"),
    ],
)
def test_of_several_tasks_with_one_image_the_one_that_fits_is_taken(
    arguments: dict[str, Any], task: str
) -> None:
    given = {"entrypoint": None, "user": None, "working_dir": None, "mounts": None, **arguments}
    assert choose("x", ENTRIES, definition_of(**given)).task == task


def test_tasks_that_nothing_tells_apart_are_refused_by_name() -> None:
    wanted = definition_of(entrypoint=None, user=None, working_dir=None, mounts=None)
    with pytest.raises(RefusedError, match=r"one, two.*task="):
        choose("x", [IndexEntry("one"), IndexEntry("two")], wanted)
    with pytest.raises(RefusedError, match="one, two and 98 more"):
        choose("x", [IndexEntry("one", also=("two",), count=100)], wanted)


@pytest.mark.parametrize(
    ("argument", "value", "field"),
    [
        ("entrypoint", "python -m x", "entry_point"),
        ("user", 1000, "user"),
        ("working_dir", "/other", "working_directory"),
        ("mounts", [Mount("/other", "v")], "mount_points"),
    ],
)
def test_what_belongs_to_the_definition_names_its_field(
    argument: str, value: Any, field: str
) -> None:
    given = dict.fromkeys(("entrypoint", "user", "working_dir", "mounts"))
    wanted = definition_of(**{**given, argument: value})
    message = refusal(ENTRIES[0], wanted.differences(ENTRIES[0]))
    assert argument in message
    assert field in message


@pytest.mark.parametrize(
    "given",
    [
        {"network_mode": "none"},
        {"network_mode": "container:db"},
        {"retrieve_output": True},
        {"privileged": True},
        {"device_requests": [DeviceRequest(count=-1)]},
        {"dns": ["1.1.1.1"]},
        {"ulimits": [Ulimit(name="nofile", soft=1, hard=2)]},
        {"port_bindings": {80: 80}},
    ],
    ids=str,
)
def test_what_no_task_can_do_is_refused_with_its_name(given: dict[str, Any]) -> None:
    with pytest.raises(RefusedError, match=next(iter(given))):
        check_refused(given)


def test_the_docker_socket_is_refused() -> None:
    with pytest.raises(RefusedError, match=r"docker\.sock"):
        definition_of(
            entrypoint=None,
            user=None,
            working_dir=None,
            mounts=[Mount("/var/run/docker.sock", "/var/run/docker.sock", type="bind")],
        )


def test_what_is_dropped_is_noted_once() -> None:
    said = notes({"network_mode": "etl_default", "docker_url": "tcp://x", "force_pull": True})
    assert len(said) == 2
    assert "etl_default" in said[0]
    assert "docker_url, force_pull" in said[1]
    assert notes({"network_mode": "bridge", "tty": False}) == []


# -- what must not be seen, and what should -------------------------------------------------


def test_a_hidden_value_is_in_no_text_and_in_no_traceback() -> None:
    def fail(**request: Any) -> None:
        raise ValueError("refused")

    answer, error = call_hidden(fail, Hidden({"token": "s3cr3t"}))
    assert answer is None
    assert error is not None
    assert error.__traceback__ is None
    assert "s3cr3t" not in repr(Hidden("s3cr3t"))


def test_links_lead_to_the_task_and_its_log() -> None:
    arn = "arn:aws:ecs:eu-west-1:123456789012:task/etl/0123"
    assert task_address(arn) == (
        "https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/etl/tasks/0123/configuration"
        "?region=eu-west-1"
    )
    assert log_address(arn, "/ecs/etl", "ecs/etl/0123").endswith(
        "/log-group/$252Fecs$252Fetl/log-events/ecs$252Fetl$252F0123"
    )
    assert "console.amazonaws.cn" in task_address(arn.replace(":aws:", ":aws-cn:"))

"""Random valid tasks can be created, and then a second plan is empty."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, Phase, given, note, seed, settings
from hypothesis import strategies as st

from mwaa_ecs.sandbox.local_aws import LocalAws
from planned_tasks import TaskPlanner
from task_tables import Task
from task_tables.fields import CONTAINER, SIDECAR, Effect
from task_tables.mistake import EC2, fsx
from task_tables.task_fields import TASK

REPOSITORY = Path(__file__).resolve().parents[2]

# Another number draws other tasks: MWAA_ECS_SEED=7 python -m pytest tests/property
SEED = int(os.environ.get("MWAA_ECS_SEED", "1"))

# Fields that contradict others, that name things which the local AWS does not have, or that are
# drawn further down.
LEFT_OUT = {
    "launch_type",
    "network_mode",
    "cpu",
    "memory",
    "task_role_arn",
    "task_role.policies",
    "task_role.name",
    "log_group_name",
    "runtime_platform.operating_system_family",
    "family",
    "container_name",
    "firelens_configuration.type",
    "firelens_configuration.options",
}
ON_FARGATE = ("capacity_provider_strategy.", "platform_version", "ephemeral_storage.")

_TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), max_size=20)
_VARIABLES = st.dictionaries(
    st.from_regex(r"[A-Z][A-Z0-9_]{0,10}", fullmatch=True), _TEXT, max_size=4
)
_WORD = st.from_regex(r"[a-zA-Z0-9_-]{1,20}", fullmatch=True)
_PATH = _WORD.map("/{}".format)
_SIZES = {
    False: st.sampled_from(
        [(512, 1024), (512, 4096), (1024, 8192), (4096, 30720), (8192, 20480)]
    ),
    True: st.tuples(st.integers(512, 196608), st.integers(1024, 500000)),
}

# Values to draw from. Fields that are not here have the table's value.
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "command": st.lists(_TEXT, min_size=1, max_size=4),
    "entry_point": st.lists(_WORD, min_size=1, max_size=2),
    "secrets": st.dictionaries(_WORD, _PATH, min_size=1, max_size=3),
    "user": st.integers(1, 65535).map(str),
    "working_directory": _PATH,
    "docker_labels": st.dictionaries(_WORD, _TEXT, min_size=1, max_size=3),
    "memory_reservation": st.integers(6, 128),
    "start_timeout": st.integers(2, 120),
    "stop_timeout": st.integers(0, 120),
    "mount_points.container_path": _PATH,
    "mount_points.read_only": st.booleans(),
    "ulimits.soft_limit": st.integers(1, 9),
    "ulimits.hard_limit": st.integers(1, 1048576),
    "health_check.command": st.one_of(
        st.lists(_TEXT, min_size=1).map(lambda words: ["CMD", *words]),
        st.lists(_TEXT).map(lambda words: ["/healthcheck", *words]),
    ),
    "health_check.interval": st.integers(5, 300),
    "health_check.timeout": st.integers(2, 60),
    "health_check.retries": st.integers(1, 10),
    "health_check.start_period": st.integers(0, 300),
    "linux_parameters.init_process_enabled": st.booleans(),
    "linux_parameters.capabilities.drop": st.lists(
        st.sampled_from(["ALL", "CHOWN", "KILL", "NET_RAW"]), unique=True
    ),
    "linux_parameters.capabilities.add": st.sampled_from([[], ["SYS_PTRACE"]]),
    "linux_parameters.tmpfs.size": st.integers(1, 64),
    "linux_parameters.shared_memory_size": st.integers(1, 4096),
    "linux_parameters.max_swap": st.integers(0, 4096),
    "linux_parameters.swappiness": st.integers(0, 100),
    "container_cpu": st.integers(2, 128),
    "container_memory": st.integers(128, 256),
    "ephemeral_storage.size_in_gib": st.integers(21, 200),
    "log_stream_prefix": st.from_regex(r"/?[a-z]{1,9}( of/[a-z]{1,9}/?)?", fullmatch=True),
    "track_latest": st.booleans(),
    "tags": st.dictionaries(_WORD, _WORD, min_size=1, max_size=4),
    "capacity_provider_strategy.weight": st.integers(0, 1000),
    "capacity_provider_strategy.base": st.integers(0, 100000),
}


def _needs_ec2(effect: Effect) -> bool:
    return (effect.context or {}).get("launch_type") == "EC2"


def _fields(table: dict[str, Effect], *, on_ec2: bool) -> list[tuple[str, Effect]]:
    return [
        (name, effect)
        for name, effect in table.items()
        if name not in LEFT_OUT
        and ((effect.context == EC2 and on_ec2) or not _needs_ec2(effect))
        and not (on_ec2 and name.startswith(ON_FARGATE))
    ]


def _put(given: Any, path: list[str], value: Any) -> None:
    """Set the value at a path of the type; one element represents all."""
    if isinstance(given, list):
        _put(given[0], path, value)
    elif path[0] not in given:
        _put(next(iter(given.values())), path, value)
    elif len(path) == 1:
        given[path[0]] = value
    else:
        _put(given[path[0]], path[1:], value)


@st.composite
def _drawn(draw: st.DrawFn, fields: list[tuple[str, Effect]]) -> list[Effect]:
    """Return the fields in random order, and of each a random value."""
    found = []
    for name, effect in draw(st.permutations(fields)):
        given_here = deepcopy(effect.given)
        if name in VALUES:
            _put(given_here, name.split("."), draw(VALUES[name]))
        found.append(Effect(given_here, effect.at, None, effect.context))
    return found


def _merged(effects: Iterable[Effect], *, contexts: bool) -> tuple[Task, Task]:
    """Return the fields of those that do not overlap, and what they need of the task."""
    fields: Task = {}
    needs: Task = {}
    for effect in effects:
        context = {} if effect.context in (None, EC2) else dict(effect.context or {})
        if (context and not contexts) or effect.given.keys() & (fields | needs).keys():
            continue
        if context.keys() & (fields | needs).keys():
            continue
        fields |= effect.given
        needs |= context
    return fields, needs


def _chunks(effects: list[Effect], size: int) -> Iterator[list[Effect]]:
    for start in range(0, len(effects), size):
        yield effects[start : start + size]


def _apart(task: Task) -> Task:
    """Return the task with ports of each container's own: on one network they would collide."""
    for number, container in enumerate((task, *task["sidecars"].values())):
        for port in container.get("port_mappings", []):
            for field in ("container_port", "host_port"):
                if port.get(field) is not None:
                    port[field] += 100 * number
    return task


@st.composite
def many_tasks(draw: st.DrawFn) -> list[Task]:
    """Legal tasks, half on Fargate: all fields in one task or the other, in random company."""
    found = [draw(_on_windows()), draw(_with_a_router())]
    for on_ec2 in (False, True):
        own = draw(_drawn(_fields(CONTAINER | TASK, on_ec2=on_ec2)))
        theirs = _chunks(draw(_drawn(_fields(CONTAINER | SIDECAR, on_ec2=on_ec2))), 5)
        for number, chosen in enumerate(_chunks(own, 9)):
            fields, needs = _merged(chosen, contexts=True)
            sidecars: Task = {"from": {"image": "from:1"}}
            for name in draw(st.sets(_WORD, max_size=2)) - {"from"}:
                beside = _merged(next(theirs, []), contexts=False)[0]
                sidecars[name] = {"image": "agent:1", **beside}
            cpu, memory = draw(_SIZES[on_ec2])
            task = {
                "image": "etl:1",
                "cpu": cpu,
                "memory": memory,
                **(EC2 | {"memory": memory} if on_ec2 else {}),
                **needs,
                "environment": draw(_VARIABLES),
                **fields,
                "sidecars": sidecars,
            }
            if draw(st.booleans()):
                # Longer than a sidecar's, so that no two containers have one name.
                task["container_name"] = "main-" + "x" * 20
                task["family"] = f"{'ec2' if on_ec2 else 'fargate'}-{number}"
            if "task_role" in task and draw(st.booleans()):
                task["task_role"] = {**task["task_role"], "name": f"role-{on_ec2}-{number}"}
            found.append(_apart(task))
    return found


@st.composite
def _on_windows(draw: st.DrawFn) -> Task:
    year, kind = (
        draw(st.sampled_from(["2019", "2022"])),
        draw(st.sampled_from(["CORE", "FULL"])),
    )
    place = draw(st.sampled_from([{}, {"launch_type": "EC2", **fsx()}]))
    return {
        "image": "servercore:1",
        "cpu": 2048,
        "memory": draw(st.integers(4, 16)) * 1024,
        "runtime_platform": {"operating_system_family": f"WINDOWS_SERVER_{year}_{kind}"},
        "environment": draw(_VARIABLES),
        "port_mappings": [{"container_port": draw(st.integers(1, 65535))}],
        "sidecars": {},
        **place,
    }


@st.composite
def _with_a_router(draw: st.DrawFn) -> Task:
    kind = draw(st.sampled_from(["fluentbit", "fluentd"]))
    file = {"config-file-type": "file", "config-file-value": draw(_PATH)}
    options = draw(st.sampled_from([{}, file, {"enable-ecs-log-metadata": "true"}]))
    return {
        "image": "etl:1",
        "log_configuration": {
            "log_driver": "awsfirelens",
            "options": draw(st.dictionaries(_WORD, _WORD, max_size=3)),
        },
        "sidecars": {
            "router": {
                "image": "router:1",
                "essential": draw(st.booleans()),
                "firelens_configuration": {"type": kind, "options": options},
            }
        },
    }


def _called(task: Task, made: int) -> Task:
    """Return the task with names that no task before it had."""
    if "family" in task:
        task = {**task, "family": f"{task['family']}-{made}"}
    if "name" in task.get("task_role", {}):
        task = {
            **task,
            "task_role": {**task["task_role"], "name": f"{task['task_role']['name']}-{made}"},
        }
    return task


def reordered(value: Any) -> Any:
    """Return a value with the keys of all maps in the opposite order."""
    if isinstance(value, dict):
        return {key: reordered(item) for key, item in reversed(value.items())}
    return [reordered(item) for item in value] if isinstance(value, list) else value


@seed(SEED)
@settings(
    max_examples=2,
    deadline=None,
    database=None,
    # Each example applies many tasks, so one that fails is reported and not made smaller.
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(drawn=many_tasks())
def test_random_tasks_can_be_made_and_then_nothing_is_to_change(
    local_aws: LocalAws, drawn: list[Task]
) -> None:
    note(f"These are tasks of MWAA_ECS_SEED={SEED}.")
    # Many tasks in one apply: a start of Terraform costs more than a task.
    made = len(local_aws.calls)
    named = {f"job-{made}-{number}": _called(task, made) for number, task in enumerate(drawn)}
    with TemporaryDirectory() as folder:
        planner = TaskPlanner(REPOSITORY, Path(folder))
        planner.apply(named)
        assert planner.changes(named) == ""
        assert planner.changes(reordered(named)) == ""

"""The contract that Terraform writes: one parameter for each task, and the index of images.

Written by `modules/ssm-parameters`; `docs/contract.md` describes both sides. A task run costs
one GetParameter, and one GetParameters more where the DAG names an image. Tasks of one DAG run
in one worker share what was read.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from mwaa_ecs_operator.aws import error_code
from mwaa_ecs_operator.errors import RefusedError
from mwaa_ecs_operator.images import any_tag, normalise, part_of

ALL = "all"
"""Part of the index that holds every image of a small module."""
PARTS = "01234567"
"""Parts of the index of a larger module: see `images.part_of`."""
_PER_CALL = 10
_NOT_THERE = frozenset({"ParameterNotFound", "AccessDeniedException"})


@dataclass(frozen=True)
class IndexEntry:
    """A task that runs an image, with what tells tasks of one image apart.

    Attributes:
        task: the task's name.
        cpu: CPU units of the task; None on instances without a size.
        memory: MiB of the task.
        entry_point, user, working_directory: as the definition sets them.
        mounts: paths in the container at which something is mounted.
        secrets: names of the environment variables that come from secrets.
        platform: "FARGATE" or "EC2".
        also: some of the other tasks that nothing tells apart from this one.
        count: how many tasks there are of the kind, this one among them.
    """

    task: str
    cpu: int | None = None
    memory: int | None = None
    entry_point: tuple[str, ...] | None = None
    user: str | None = None
    working_directory: str | None = None
    mounts: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    platform: str = "FARGATE"
    also: tuple[str, ...] = ()
    count: int = 1

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> IndexEntry:
        """Return an entry of the index; what is left out has its default."""
        entry_point = found.get("entry_point")
        return cls(
            task=str(found["task"]),
            cpu=found.get("cpu"),
            memory=found.get("memory"),
            entry_point=None if entry_point is None else tuple(entry_point),
            user=found.get("user"),
            working_directory=found.get("working_directory"),
            mounts=tuple(found.get("mounts") or ()),
            secrets=tuple(found.get("secrets") or ()),
            platform=found.get("platform", "FARGATE"),
            also=tuple(found.get("also") or ()),
            count=int(found.get("count", 1)),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the tasks of the kind, as far as the index holds them."""
        return (self.task, *self.also)

    def may_be(self, task: str) -> bool:
        """Tell whether a task can be one of these."""
        return task in self.names or self.count > len(self.names)


@dataclass(frozen=True)
class TaskContract:
    """The arguments of RunTask and GetLogEvents for a task, from its parameter."""

    task: str
    cluster: str
    task_definition: str
    container_name: str
    run_task: Mapping[str, Any] = field(default_factory=dict)
    log_group: str | None = None
    log_region: str | None = None
    log_stream_prefix: str | None = None
    source: str = ""

    @classmethod
    def parse(cls, task: str, source: str, parameter: str = "") -> TaskContract:
        """Return the contract of a task from its parameter's text.

        Raises:
            RefusedError: the text is not this module's.
        """
        found = _parse(parameter, source, {"cluster", "task_definition", "container_name"})
        arguments = {
            "launch_type": "launchType",
            "capacity_provider_strategy": "capacityProviderStrategy",
            "platform_version": "platformVersion",
            "network_configuration": "networkConfiguration",
            "placement_strategy": "placementStrategy",
            "propagate_tags": "propagateTags",
        }
        return cls(
            task=task,
            cluster=str(found["cluster"]),
            task_definition=str(found["task_definition"]),
            container_name=str(found["container_name"]),
            run_task={ours: found[key] for key, ours in arguments.items() if key in found},
            log_group=found.get("awslogs_group"),
            log_region=found.get("awslogs_region"),
            log_stream_prefix=found.get("awslogs_stream_prefix"),
            source=source,
        )

    @property
    def on_fargate(self) -> bool:
        """Tell whether the task surely runs on Fargate, whose sizes are pairs."""
        strategy = self.run_task.get("capacityProviderStrategy")
        if strategy:
            return all(str(one["capacityProvider"]).startswith("FARGATE") for one in strategy)
        return bool(self.run_task.get("launchType") == "FARGATE")

    def log_stream(self, task_arn: str) -> str | None:
        """Return the log stream of the main container of a run; None without awslogs."""
        if self.log_group is None or self.log_stream_prefix is None:
            return None
        return f"{self.log_stream_prefix}/{task_arn.rpartition('/')[2]}"


class Cache:
    """Keeps the parameters of the latest DAG runs of this process.

    Terraform may change a parameter at any time, so nothing outlives its DAG run.
    """

    def __init__(self, runs: int = 8) -> None:
        self._runs = runs
        self._lock = threading.Lock()
        self._values: OrderedDict[str, dict[str, str | None]] = OrderedDict()

    def of(self, run: str) -> dict[str, str | None]:
        """Return what was read for a DAG run, to read from and to write to."""
        with self._lock:
            values = self._values.setdefault(run, {})
            self._values.move_to_end(run)
            while len(self._values) > self._runs:
                self._values.popitem(last=False)
            return values


class Contract:
    """Reads the contract below one prefix of Parameter Store.

    Args:
        client: returns a boto3 client of SSM.
        prefix: the module's `ssm_prefix`.
        values: what this DAG run has read already, by the parameter's full name.
    """

    def __init__(
        self, client: Callable[[], Any], prefix: str, values: dict[str, str | None]
    ) -> None:
        self._client = client
        self._prefix = prefix.rstrip("/")
        self._values = values

    def task(self, name: str) -> TaskContract:
        """Return a task's contract.

        Raises:
            RefusedError: there is no such task; the message names those that exist.
        """
        parameter = f"{self._prefix}/tasks/{name}"
        text = self._values.get(parameter)
        if text is None:
            try:
                found = self._client().get_parameter(Name=parameter)
            except Exception as error:
                if error_code(error) not in _NOT_THERE:
                    raise
                raise RefusedError(self._no_such_task(name, parameter, error)) from None
            text = self._values[parameter] = str(found["Parameter"]["Value"])
        return TaskContract.parse(name, text, parameter)

    def tasks_of(self, image: str) -> Sequence[IndexEntry]:
        """Return the tasks that run an image, by its reference or by an alias for any tag.

        Raises:
            RefusedError: no task runs it; the message names the images that some task runs.
        """
        exact, alias = normalise(image), any_tag(image)
        index = self._index((ALL, part_of(exact), part_of(alias)))
        for reference in (exact, alias):
            if entries := index.get(reference):
                return [IndexEntry.from_json(entry) for entry in entries]
        known = sorted(self._index())
        raise RefusedError(
            f"image = {image!r}: no task of {self._prefix} runs this image. "
            + (
                f"Tasks run {_listed(known)}. "
                if known
                else "No task is in the index of images. "
            )
            + "Add a task with this image to the module's tasks, give an image_aliases of"
            " it, or "
            "name the task with task=..."
        )

    def _no_such_task(self, name: str, parameter: str, error: Exception) -> str:
        denied = error_code(error) == "AccessDeniedException"
        try:
            tasks = sorted(
                {
                    name
                    for entries in self._index().values()
                    for entry in entries
                    for name in IndexEntry.from_json(entry).names
                }
            )
        except Exception:  # the message matters more than the list in it
            tasks = []
        what = "the role may not read" if denied else "there is no"
        known = f" Tasks below {self._prefix}: {_listed(tasks)}." if tasks else ""
        return (
            f"task = {name!r}: {what} parameter {parameter}.{known} Correct the name, or add"
            " the task to the module's tasks and apply. Another ssm_prefix is given as"
            " ssm_prefix=..."
        )

    def _index(self, parts: Sequence[str] = (ALL, *PARTS)) -> dict[str, list[dict[str, Any]]]:
        names = [f"{self._prefix}/images/{part}" for part in dict.fromkeys(parts)]
        missing = [name for name in names if name not in self._values]
        for start in range(0, len(missing), _PER_CALL):
            batch = missing[start : start + _PER_CALL]
            answer = self._client().get_parameters(Names=batch)
            self._values.update(dict.fromkeys(batch))
            for parameter in answer.get("Parameters", ()):
                self._values[parameter["Name"]] = str(parameter["Value"])
        found: dict[str, list[dict[str, Any]]] = {}
        for name in names:
            if (text := self._values[name]) is not None:
                found |= _parse(name, text)
        return found


def _parse(parameter: str, text: str, keys: Set[str] = frozenset()) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not keys <= found.keys():
        raise RefusedError(
            f"The parameter {parameter} does not hold JSON of this module. Apply the module, or"
            " give the prefix of its parameters as ssm_prefix=..."
        )
    return found


def named(entries: Sequence[IndexEntry]) -> str:
    """Return the names of tasks for a message."""
    names = [name for entry in entries for name in entry.names]
    more = sum(entry.count for entry in entries) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


def _listed(names: Sequence[str], most: int = 20) -> str:
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"

"""The tasks of a plan: definition, containers and contract."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mwaa_ecs.plan.partly_known import PartlyKnown
from mwaa_ecs.plan.resource import Resource, module_of


@dataclass(frozen=True)
class Container:
    """A container of a task definition; what is not set has ECS's default.

    Attributes:
        name: its name.
        image: its image.
        essential: whether the task ends with it.
        cpu: its CPU units; 0 without a share of its own.
        memory: its hard limit in MiB; None for the task's.
        memory_reservation: its soft limit in MiB; None without one.
        environment: its variables.
        secrets: the ARNs of its secrets, by variable.
        command: its command; empty for the image's.
        entry_point: its entry point; empty for the image's.
        user: the user that it runs as; empty for the image's.
        privileged: whether it has the rights of root on the instance.
        read_only_root_filesystem: whether it cannot write to its file system.
        definition: its definition, as ECS gets it.
    """

    name: str
    image: str
    definition: Mapping[str, Any] = field(repr=False)
    essential: bool = True
    cpu: int = 0
    memory: int | None = None
    memory_reservation: int | None = None
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    command: tuple[str, ...] = ()
    entry_point: tuple[str, ...] = ()
    user: str = ""
    privileged: bool = False
    read_only_root_filesystem: bool = False

    @classmethod
    def of(cls, definition: Mapping[str, Any]) -> Container:
        """Read a container definition."""
        given = {key: value for key, value in definition.items() if value is not None}
        memory, reservation = given.get("memory"), given.get("memoryReservation")
        return cls(
            name=str(given["name"]),
            image=str(given["image"]),
            definition=definition,
            essential=bool(given.get("essential", True)),
            cpu=int(given.get("cpu", 0)),
            memory=None if memory is None else int(memory),
            memory_reservation=None if reservation is None else int(reservation),
            environment={
                str(one["name"]): str(one["value"]) for one in given.get("environment", ())
            },
            secrets={
                str(one["name"]): str(one["valueFrom"]) for one in given.get("secrets", ())
            },
            command=tuple(given.get("command", ())),
            entry_point=tuple(given.get("entryPoint", ())),
            user=str(given.get("user", "")),
            privileged=bool(given.get("privileged", False)),
            read_only_root_filesystem=bool(given.get("readonlyRootFilesystem", False)),
        )


@dataclass(frozen=True)
class Task:
    """A task that DAGs run: its definition and its contract.

    Attributes:
        name: the key in `tasks`.
        instance: the address of the module instance that it belongs to; empty for the root.
        definition: its task definition.
        parameter: the parameter with its contract; None without one.
        contract: keyword arguments of EcsRunTaskOperator, from the task's parameter. A part
            that is known only after apply, such as a security group of the same plan, raises
            UnknownValueError. None without a parameter.
    """

    name: str
    instance: str
    definition: Resource = field(repr=False)
    parameter: Resource | None = field(repr=False)
    contract: Mapping[str, Any] | None = field(repr=False)

    @property
    def family(self) -> str:
        """The task definition's family."""
        return str(self.definition["family"])

    @property
    def cpu(self) -> int | None:
        """The CPU units of the whole task; None where only its containers have some."""
        return _number(self.definition, "cpu")

    @property
    def memory(self) -> int | None:
        """The memory of the whole task in MiB; None where only its containers have some."""
        return _number(self.definition, "memory")

    @property
    def containers(self) -> tuple[Container, ...]:
        """Its containers, as the task definition has them."""
        return tuple(map(Container.of, json.loads(self.definition["container_definitions"])))


class Tasks(Mapping[str, Task]):
    """The tasks of a plan by name; by module instance and name where the name is not unique.

    Args:
        tasks: all tasks.
    """

    def __init__(self, tasks: list[Task]) -> None:
        self._by_key: dict[str, Task] = {}
        self._shared: dict[str, list[str]] = {}
        for task in tasks:
            if sum(other.name == task.name for other in tasks) == 1:
                self._add(task.name, task)
            else:
                key = f"{task.instance}.{task.name}" if task.instance else task.name
                self._shared.setdefault(task.name, []).append(key)
                self._add(key, task)

    def _add(self, key: str, task: Task) -> None:
        if key in self._by_key:
            both = f"{self._by_key[key].definition.address} and {task.definition.address}"
            raise LookupError(f"{both} are both the task {key!r}; ask plan.resources for them")
        self._by_key[key] = task

    def __getitem__(self, key: str) -> Task:
        """Return a task.

        Raises:
            LookupError: more than one module instance has a task of this name.
            KeyError: there is no such task.
        """
        if key in self._shared and len(self._shared[key]) > 1:
            keys = ", ".join(map(repr, self._shared[key]))
            raise LookupError(
                f"{len(self._shared[key])} module instances have a task {key!r}; "
                f"ask for one of {keys}"
            )
        if key not in self._by_key:
            raise KeyError(f"{key!r}; the tasks are {', '.join(map(repr, self._by_key))}")
        return self._by_key[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_key)

    def __len__(self) -> int:
        return len(self._by_key)


def find_tasks(
    definitions: list[Resource], parameters: list[Resource], contracts: Mapping[str, Any]
) -> Tasks:
    """Return the tasks of a plan.

    Args:
        definitions: the task definitions.
        parameters: the parameters.
        contracts: by module instance and task, the parts of contracts that are known.

    Raises:
        LookupError: which parameter holds a task's contract is not certain.
    """
    named = [(one, _name(one), _instance(one)) for one in definitions]
    tasks = []
    for definition, name, instance in named:
        others = {where for _, other, where in named if other == name and where != instance}
        parameter = _parameter(parameters, name, instance, others)
        known = contracts.get(instance, {}).get(name)
        contract = None if parameter is None else _contract(parameter, known)
        tasks.append(Task(name, instance, definition, parameter, contract))
    return Tasks(tasks)


def _name(definition: Resource) -> str:
    return definition.key or str(definition.values.get("family", ""))


def _instance(resource: Resource) -> str:
    """Return the instance of the root module, which calls a module for each kind of thing."""
    *outer, _ = module_of(resource.address) or ("",)
    return ".".join(outer)


def _parameter(
    parameters: list[Resource], name: str, instance: str, others: set[str]
) -> Resource | None:
    """Return the parameter of a task: of its own instance, else one that no other task has."""
    fitting = [
        one for one in parameters if str(one.values.get("name", "")).endswith(f"/tasks/{name}")
    ]
    own = [one for one in fitting if _instance(one) == instance]
    found = own or [one for one in fitting if _instance(one) not in others]
    if len(found) > 1:
        where = " and ".join(one.address for one in found)
        raise LookupError(f"the contract of the task {name!r} may be {where}; ask one of them")
    return found[0] if found else None


def _contract(parameter: Resource, known: Any) -> Mapping[str, Any]:
    for attribute in ("insecure_value", "value"):
        text = parameter.values.get(attribute)
        if isinstance(text, str):
            return dict(json.loads(text))
    where = f"{parameter.address}: the contract"
    return known if isinstance(known, PartlyKnown) else PartlyKnown({}, True, where)


def _number(resource: Resource, name: str) -> int | None:
    text = resource.values.get(name) if name not in resource.unknown else resource[name]
    return None if text in (None, "") else int(str(text))

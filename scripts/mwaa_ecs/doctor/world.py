"""The things that checks look at: tasks, their definitions, roles, and the MWAA environment."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from mwaa_ecs.doctor.account import NotReadError
from mwaa_ecs.errors import UserError
from mwaa_ecs.problems import suggestion

Json = Mapping[str, Any]
_NO_DEFINITION = ("ClientException",)
_DNS_SUFFIX = {"aws-cn": "amazonaws.com.cn"}


class SkippedError(Exception):
    """A check has nothing to look at; the text is the reason."""


class Reads(Protocol):
    """The calls that a check can make: reads only."""

    region: str

    def call(self, service: str, operation: str, **parameters: Any) -> Any:
        """Return the answer of a call; see `Account.call`."""


@dataclass(frozen=True)
class Task:
    """A task of the contract, or of a module that is not applied yet.

    Attributes:
        name: the task's name in the module's `tasks`.
        source: the parameter's name, or the address of the task definition in a plan.
        text: the parameter's value; in a plan, what is known of it.
        planned: the task definition in AWS's form, as far as a plan knows it.
    """

    name: str
    source: str
    text: str
    planned: Json | None = field(default=None, hash=False)

    @cached_property
    def contract(self) -> Json:
        """The parameter's JSON; empty where the text is not a JSON object."""
        try:
            found = json.loads(self.text)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def text_of(self, key: str) -> str:
        """Return a text of the contract.

        Raises:
            SkippedError: the contract lacks it.
        """
        value = self.contract.get(key)
        if not isinstance(value, str) or not value:
            raise SkippedError(f"the contract has no {key}")
        return value

    @property
    def cluster(self) -> str:
        """Name of the cluster."""
        return self.text_of("cluster").rpartition("/")[2]

    @property
    def network(self) -> Json:
        """The awsvpcConfiguration; empty where the contract has none."""
        found = self.contract.get("network_configuration")
        inner = found.get("awsvpcConfiguration") if isinstance(found, dict) else None
        return inner if isinstance(inner, dict) else {}

    @property
    def subnet_ids(self) -> tuple[str, ...]:
        """Ids of the subnets."""
        return tuple(map(str, self.network.get("subnets") or ()))

    @property
    def group_ids(self) -> tuple[str, ...]:
        """Ids of the security groups."""
        return tuple(map(str, self.network.get("securityGroups") or ()))

    @property
    def public_ip(self) -> bool:
        """Whether the task gets a public address."""
        return self.network.get("assignPublicIp") == "ENABLED"

    @property
    def strategy(self) -> list[Json]:
        """The capacity provider strategy; empty where a launch type is set."""
        return list(self.contract.get("capacity_provider_strategy") or ())

    @property
    def on_fargate(self) -> bool:
        """Whether the task surely runs on Fargate."""
        if self.strategy:
            return all(
                str(one.get("capacityProvider", "")).startswith("FARGATE")
                for one in self.strategy
            )
        return self.contract.get("launch_type") == "FARGATE"


@dataclass(frozen=True)
class Asked:
    """The environment and tasks that the doctor looks at.

    Attributes:
        prefix: the module's `ssm_prefix`.
        environment: name of the MWAA environment; None takes the only one there is.
        task: the one task to look at; None for all.
        planned: the tasks of a module that is not applied yet; None reads the contract.
        planned_role: name of MWAA's role, as the plan names it; None where it does not.
        creates: what the plan creates, as `<kind>:<name>`.
        read_secrets: whether the values of secrets may be read, for their JSON keys.
    """

    prefix: str = "/mwaa"
    environment: str | None = None
    task: str | None = None
    planned: tuple[Task, ...] | None = None
    planned_role: str | None = None
    creates: frozenset[str] = frozenset()
    read_secrets: bool = False


class World:
    """An account, as far as what was asked for is concerned.

    Args:
        reads: the account, or what a check may read of it.
        asked: what the doctor was asked to look at.
    """

    def __init__(self, reads: Reads, asked: Asked) -> None:
        self.call = reads.call
        self.region = reads.region
        self.asked = asked
        self.judged: dict[str, dict[str, list[Any]]] = {}
        """Judgements by role and task: see `rights`."""

    # -- where it is ------------------------------------------------------------------------

    @property
    def caller_arn(self) -> str:
        """ARN of whoever runs the doctor."""
        return str(self.call("sts", "get_caller_identity")["Arn"])

    @property
    def account_id(self) -> str:
        """The account."""
        return str(self.call("sts", "get_caller_identity")["Account"])

    @property
    def partition(self) -> str:
        """The partition: `aws`, `aws-cn` or `aws-us-gov`."""
        return self.caller_arn.split(":")[1]

    @property
    def dns_suffix(self) -> str:
        """The domain of the partition's endpoints."""
        return _DNS_SUFFIX.get(self.partition, "amazonaws.com")

    def arn(self, service: str, resource: str, region: str = "") -> str:
        """Return the ARN of a resource of this account."""
        where = region or self.region
        return f"arn:{self.partition}:{service}:{where}:{self.account_id}:{resource}"

    # -- tasks ------------------------------------------------------------------------------

    def tasks(self) -> tuple[Task, ...]:
        """Return the tasks to look at, by name.

        Raises:
            UserError: the task that was asked for does not exist.
        """
        everything = self.all_tasks()
        if self.asked.task is None:
            return everything
        chosen = tuple(one for one in everything if one.name == self.asked.task)
        if not chosen:
            names = [one.name for one in everything]
            raise UserError(
                f"--task {self.asked.task!r} is not a task below {self.asked.prefix}"
                + suggestion(self.asked.task, names, "accepted names")
            )
        return chosen

    def all_tasks(self) -> tuple[Task, ...]:
        """Return every task of the contract, by name."""
        if self.asked.planned is not None:
            return self.asked.planned
        path = f"{self.asked.prefix}/tasks"
        found = self.call(
            "ssm", "get_parameters_by_path", pages="Parameters", Path=path, Recursive=False
        )
        tasks = [
            Task(one["Name"].rpartition("/")[2], one["Name"], one["Value"]) for one in found
        ]
        return tuple(sorted(tasks, key=lambda one: one.name))

    def definition(self, task: Task) -> Json:
        """Return the revision of the task definition that a run takes, with `tags`.

        Raises:
            SkippedError: it does not exist.
        """
        if task.planned is not None:
            return task.planned
        found = self.find_definition(task)
        if found is None:
            raise SkippedError(f"the task definition {task.text_of('task_definition')} is gone")
        return found

    def find_definition(self, task: Task) -> Json | None:
        """Return the revision of the task definition that a run takes; None if it is gone."""
        answer = self.call(
            "ecs",
            "describe_task_definition",
            missing=_NO_DEFINITION,
            taskDefinition=task.text_of("task_definition"),
            include=["TAGS"],
        )
        return None if answer is None else {**answer["taskDefinition"], "tags": answer["tags"]}

    def containers(self, task: Task) -> list[Json]:
        """Return the container definitions of a task.

        Raises:
            SkippedError: the task definition does not exist, or a plan does not know them.
        """
        found = list(self.definition(task).get("containerDefinitions") or ())
        if task.planned is not None and not found:
            raise SkippedError("the containers are known only after apply")
        return found

    def main_container(self, task: Task) -> Json:
        """Return the container that the contract names.

        Raises:
            SkippedError: the task definition lacks it.
        """
        name = task.text_of("container_name")
        for container in self.containers(task):
            if container["name"] == name:
                return container
        raise SkippedError(f"the task definition has no container {name}")

    # -- MWAA -------------------------------------------------------------------------------

    def environment(self) -> Json:
        """Return the MWAA environment.

        Raises:
            SkippedError: there is none, or more than one and none was asked for.
            UserError: the one that was asked for does not exist.
        """
        name = self.asked.environment
        if name is None:
            names = self.call("mwaa", "list_environments", pages="Environments")
            if len(names) != 1:
                few = "no MWAA environment is in this account and region"
                many = f"there are {len(names)} MWAA environments; give --environment"
                raise SkippedError(many if names else few)
            name = str(names[0])
        answer = self.call(
            "mwaa", "get_environment", missing=("ResourceNotFoundException",), Name=name
        )
        if answer is None:
            raise UserError(
                f"--environment {name!r} is not an MWAA environment of the account "
                f"{self.account_id} in {self.region}"
            )
        environment: Json = answer["Environment"]
        return environment

    def mwaa_role_arn(self) -> str:
        """Return the ARN of MWAA's execution role.

        Raises:
            SkippedError: the environment is not known.
        """
        return str(self.environment()["ExecutionRoleArn"])

    # -- before the first apply --------------------------------------------------------------

    def skip_created(self, kind: str, name: str) -> None:
        """Skip what the plan creates.

        Args:
            kind: a kind of `Asked.creates`.
            name: its name.

        Raises:
            SkippedError: the plan creates it.
        """
        if f"{kind}:{name}" in self.asked.creates:
            raise SkippedError(f"the plan creates the {kind.replace('_', ' ')} {name}")

    # -- roles ------------------------------------------------------------------------------

    def role(self, arn: str) -> Json | None:
        """Return a role of this account; None where it does not exist."""
        answer = self.call(
            "iam", "get_role", missing=("NoSuchEntity",), RoleName=arn.rpartition("/")[2]
        )
        return None if answer is None else answer["Role"]

    def execution_role_arn(self, task: Task) -> str:
        """Return the ARN of a task's execution role.

        Raises:
            SkippedError: the task has none, or it does not exist.
        """
        arn = str(self.definition(task).get("executionRoleArn") or "")
        if not arn:
            raise SkippedError("the task has no execution role")
        self.skip_created("role", arn.rpartition("/")[2])
        if self.role(arn) is None:
            raise SkippedError(f"the role {arn} does not exist")
        return arn


def names_of(things: Iterable[object]) -> str:
    """Return names for a fact, sorted and without doubles."""
    return ", ".join(sorted(set(map(str, things))))


__all__ = [
    "Asked",
    "Json",
    "NotReadError",
    "Reads",
    "SkippedError",
    "Task",
    "World",
    "names_of",
]

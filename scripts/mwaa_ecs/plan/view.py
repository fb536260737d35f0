"""The resources, tasks and policies of a plan as typed values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mwaa_ecs.errors import OperationError
from mwaa_ecs.iam.policy import Policy
from mwaa_ecs.plan.raw import failed_checks

POLICY_KINDS = (
    "aws_iam_role_policy",
    "aws_iam_policy",
    "aws_iam_user_policy",
    "aws_iam_group_policy",
)
"""Types of resources whose policy document grants rights."""

_LAST_KEY = re.compile(r'\["([^"]*)"\](?=[^\[\]]*$)')


class UnknownValueError(OperationError):
    """The value is known only after apply."""


@dataclass(frozen=True)
class Resource:
    """A resource of a plan, as it is after apply.

    Attributes:
        address: the resource's address.
        kind: the type, for example `aws_ecs_cluster`.
        action: `create`, `update`, `replace`, `delete`, `forget` (kept in AWS), `read` or
            `no-op`.
        values: the attributes that are known in the plan.
        before: the attributes before apply; empty for a new resource.
        unknown: paths of attributes that are known only after apply, joined by dots.
        sensitive: names of attributes that must not be shown.
        outside: names of attributes that were changed outside Terraform since the last apply.
        importing: whether the resource exists and is imported into the state.
        moved_from: the address before a move; empty without a move.
    """

    address: str
    kind: str
    action: str
    values: Mapping[str, Any]
    before: Mapping[str, Any]
    unknown: frozenset[str]
    sensitive: frozenset[str] = frozenset()
    outside: frozenset[str] = frozenset()
    importing: bool = False
    moved_from: str = ""

    @property
    def does_something(self) -> bool:
        """Whether apply changes the resource or its place in the state."""
        return self.action != "no-op" or self.importing or bool(self.moved_from)

    @property
    def changed_names(self) -> frozenset[str]:
        """The attributes that an update or a replacement changes, sensitive ones too.

        Null and empty are the same here, as they are to AWS.
        """
        if self.action not in ("update", "replace"):
            return frozenset()
        return frozenset(
            name
            for name, value in self.values.items()
            if (self.before.get(name) or None) != (value or None)
        )

    @property
    def changed(self) -> dict[str, tuple[Any, Any]]:
        """Old and new values of the changed attributes that are not sensitive."""
        return {
            name: (self.before.get(name), self.values[name])
            for name in sorted(self.changed_names - self.sensitive)
        }

    def __getitem__(self, name: str) -> Any:
        """Return the value of an attribute.

        Raises:
            UnknownValueError: it is known only after apply.
            KeyError: there is no such attribute.
        """
        if name in self.unknown:
            raise UnknownValueError(f"{self.address}: {name} is known only after apply")
        return self.values[name]

    @property
    def key(self) -> str:
        """The last `for_each` key in the address; empty without one."""
        found = _LAST_KEY.search(self.address)
        return found[1] if found else ""


@dataclass(frozen=True)
class Container:
    """A container of a task definition."""

    name: str
    image: str
    essential: bool
    definition: Mapping[str, Any]


@dataclass(frozen=True)
class Task:
    """A task that DAGs run: its definition and its contract.

    Attributes:
        name: the key in `tasks`.
        contract: keyword arguments of EcsRunTaskOperator, from the task's parameter; None where
            they are known only after apply, as with a security group of the same plan.
    """

    name: str
    definition: Resource
    parameter: Resource | None
    contract: Mapping[str, Any] | None

    @property
    def family(self) -> str:
        """The task definition's family."""
        return str(self.definition["family"])

    @property
    def containers(self) -> tuple[Container, ...]:
        """Its containers, as the task definition has them."""
        return tuple(
            Container(
                str(item["name"]), str(item["image"]), bool(item.get("essential", True)), item
            )
            for item in json.loads(self.definition["container_definitions"])
        )


class Plan:
    """A plan.

    Args:
        raw: what `terraform show -json` says of it.
    """

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = raw

    @cached_property
    def changes(self) -> tuple[Resource, ...]:
        """Every managed resource, also what is deleted, in the order of addresses."""
        found = [
            _resource(item, self._outside.get(item["address"], frozenset()))
            for item in self.raw.get("resource_changes", [])
            if item["mode"] == "managed"
        ]
        return tuple(sorted(found, key=lambda resource: resource.address))

    @cached_property
    def _outside(self) -> Mapping[str, frozenset[str]]:
        found = {}
        for item in self.raw.get("resource_drift", []):
            change = item["change"]
            before, after = change.get("before") or {}, change.get("after") or {}
            found[item["address"]] = frozenset(
                name
                for name in {*before, *after}
                if (before.get(name) or None) != (after.get(name) or None)
            )
        return found

    @cached_property
    def resources(self) -> Mapping[str, Resource]:
        """The resources that exist after apply, by address."""
        return {r.address: r for r in self.changes if r.action not in ("delete", "forget")}

    def of_kind(self, kind: str) -> list[Resource]:
        """Return the resources of a type, e.g. `aws_ecs_cluster`."""
        return [resource for resource in self.resources.values() if resource.kind == kind]

    def one(self, kind: str) -> Resource:
        """Return the only resource of a type.

        Raises:
            LookupError: there is none, or more than one.
        """
        found = self.of_kind(kind)
        if len(found) != 1:
            where = ", ".join(resource.address for resource in found) or "none"
            raise LookupError(f"{kind}: expected one, found {where}")
        return found[0]

    @cached_property
    def outputs(self) -> Mapping[str, Any]:
        """The outputs that are known in the plan, without sensitive ones."""
        planned = self.raw.get("planned_values", {}).get("outputs", {})
        return {
            name: item["value"]
            for name, item in planned.items()
            if "value" in item and not item.get("sensitive")
        }

    @property
    def changed_outputs(self) -> list[str]:
        """The names of the outputs that apply changes."""
        return sorted(
            name
            for name, change in self.raw.get("output_changes", {}).items()
            if change["actions"] != ["no-op"]
        )

    @property
    def failed_checks(self) -> list[str]:
        """The messages of `check` blocks that do not hold."""
        return failed_checks(self.raw)

    @cached_property
    def policies(self) -> Mapping[str, Policy]:
        """The inline and managed policies that are known in the plan, by address."""
        return {
            resource.address: Policy.from_json(resource.values["policy"])
            for kind in POLICY_KINDS
            for resource in self.of_kind(kind)
            if isinstance(resource.values.get("policy"), str)
        }

    @property
    def policy(self) -> Policy:
        """The rights of Airflow's role: all policies that allow ecs:RunTask, together.

        Raises:
            LookupError: no policy that is known now allows ecs:RunTask.
        """
        found = [policy for policy in self.policies.values() if "ecs:RunTask" in policy.actions]
        if not found:
            raise LookupError("no policy that is known now allows ecs:RunTask")
        return Policy(tuple(s for policy in found for s in policy.statements))

    @cached_property
    def tasks(self) -> Mapping[str, Task]:
        """The tasks by name."""
        parameters = {
            str(resource.values.get("name", "")): resource
            for resource in self.of_kind("aws_ssm_parameter")
        }
        found: dict[str, Task] = {}
        for definition in self.of_kind("aws_ecs_task_definition"):
            name = definition.key or str(definition.values.get("family", ""))
            parameter = next(
                (r for n, r in parameters.items() if n.endswith(f"/tasks/{name}")), None
            )
            found[name] = Task(name, definition, parameter, _contract(parameter))
        return found


def _contract(parameter: Resource | None) -> Mapping[str, Any] | None:
    if parameter is None:
        return None
    for attribute in ("insecure_value", "value"):
        text = parameter.values.get(attribute)
        if isinstance(text, str):
            return dict(json.loads(text))
    return None


def _resource(item: Mapping[str, Any], outside: frozenset[str]) -> Resource:
    change = item["change"]
    actions = change["actions"]
    unknown = frozenset(_unknown_paths(change.get("after_unknown") or {}, ""))
    return Resource(
        address=item["address"],
        kind=item["type"],
        action="replace" if len(actions) > 1 else actions[0],
        values={
            name: value
            for name, value in (change.get("after") or {}).items()
            if name not in unknown
        },
        before=change.get("before") or {},
        unknown=unknown,
        sensitive=frozenset(
            name
            for key in ("before_sensitive", "after_sensitive")
            for name, hidden in (_mapping(change.get(key))).items()
            if _any_true(hidden)
        ),
        outside=outside,
        importing=bool(change.get("importing")),
        moved_from=str(item.get("previous_address", "")),
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _any_true(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_any_true, value.values()))
    if isinstance(value, list):
        return any(map(_any_true, value))
    return value is True


def _unknown_paths(value: Any, path: str) -> Iterator[str]:
    if value is True:
        yield path
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _unknown_paths(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _unknown_paths(item, f"{path}.{number}")

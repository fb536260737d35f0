"""A plan and what can be asked of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from mwaa_ecs.iam.policy import Policy
from mwaa_ecs.plan.partly_known import known_part
from mwaa_ecs.plan.raw import CONTRACTS, failed_checks
from mwaa_ecs.plan.resource import Resource, read_resource
from mwaa_ecs.plan.rights import Attachment, airflow_policy, find_attachments, find_policies
from mwaa_ecs.plan.tasks import Tasks, find_tasks
from mwaa_ecs.problems import suggestion


class Plan:
    """A plan.

    Args:
        raw: what `terraform show -json` says of it.
        kinds: returns the types of resources that its providers have; None where they are
            not known.
        about: `environment`, `region` and `account_id`, where the plan is an environment's.
    """

    def __init__(
        self,
        raw: Mapping[str, Any],
        *,
        kinds: Callable[[], frozenset[str]] | None = None,
        about: Mapping[str, str] | None = None,
    ) -> None:
        self.raw = raw
        self._kinds = kinds
        self.about = about or {}

    def __repr__(self) -> str:
        """Return the environment, which a failing assertion shows."""
        return f"<plan of {self.about.get('environment', 'no environment')}>"

    @property
    def environment(self) -> str:
        """The environment's name."""
        return self._told("environment")

    @property
    def region(self) -> str:
        """The environment's AWS region."""
        return self._told("region")

    @property
    def account_id(self) -> str:
        """The environment's AWS account."""
        return self._told("account_id")

    @cached_property
    def changes(self) -> tuple[Resource, ...]:
        """Every managed resource, also what is deleted, in the order of addresses."""
        found = [
            read_resource(item, self._outside.get(item["address"], frozenset()))
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
        """Return the resources of a type, e.g. `aws_ecs_cluster`.

        Raises:
            LookupError: no provider of the plan has this type.
        """
        found = [resource for resource in self.resources.values() if resource.kind == kind]
        if not found and self._kinds is not None and kind not in self._kinds():
            known = sorted(self._kinds())
            hint = suggestion(kind, known, f"{len(known)} types, as")
            raise LookupError(f"{kind!r} is not a type of resource{hint}")
        return found

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
            if change["actions"] != ["no-op"] and name != CONTRACTS
        )

    @property
    def failed_checks(self) -> list[str]:
        """The messages of `check` blocks that do not hold."""
        return failed_checks(self.raw)

    @cached_property
    def policies(self) -> Mapping[str, Policy]:
        """The inline and managed policies of the plan, by address.

        A policy that is known only after apply raises NotJudgedError when it is asked.
        """
        return find_policies(self.resources.values())

    @cached_property
    def attachments(self) -> tuple[Attachment, ...]:
        """The managed policies that roles, users and groups have."""
        return find_attachments(self.resources.values())

    @property
    def policy(self) -> Policy:
        """The rights of Airflow's role: all policies of the roles that may call ecs:RunTask.

        Where a policy of such a role is not known, or an attached one is not in the plan, it
        raises NotJudgedError when it is asked.

        Raises:
            LookupError: no policy allows ecs:RunTask.
        """
        return airflow_policy(self.resources, self.policies, self.attachments)

    @cached_property
    def tasks(self) -> Tasks:
        """The tasks by name; by module instance and name where the name is not unique.

        Raises:
            LookupError: which parameter holds a task's contract is not certain.
        """
        change = self.raw.get("output_changes", {}).get(CONTRACTS, {})
        contracts = known_part(
            change.get("after") or {}, change.get("after_unknown"), "the tasks' contracts"
        )
        return find_tasks(
            self.of_kind("aws_ecs_task_definition"),
            self.of_kind("aws_ssm_parameter"),
            contracts,
        )

    def _told(self, name: str) -> str:
        if name not in self.about:
            raise LookupError(f"the plan's {name} is not known; mwaa_ecs_plan sets it")
        return self.about[name]

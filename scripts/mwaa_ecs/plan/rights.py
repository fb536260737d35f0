"""The policies of a plan, and whom they are attached to. What is not known raises an error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mwaa_ecs.iam.policy import Policy
from mwaa_ecs.plan.resource import Resource, module_of

POLICY_KINDS = (
    "aws_iam_role_policy",
    "aws_iam_policy",
    "aws_iam_user_policy",
    "aws_iam_group_policy",
)
"""Types of resources whose policy document grants rights."""

PRINCIPALS = ("role", "user", "group")
"""Attributes of the provider that name the owner of a policy."""

_RUN_TASK = "ecs:RunTask"


@dataclass(frozen=True)
class Attachment:
    """A managed policy that a role, user or group has.

    Attributes:
        address: the resource that attaches it.
        kind: `role`, `user` or `group`.
        name: the name of the role, user or group; None where it is known only after apply.
        policy_arn: the policy's ARN; None where it is known only after apply, as that of a
            policy which the same plan creates.
    """

    address: str
    kind: str
    name: str | None
    policy_arn: str | None


def find_policies(resources: Iterable[Resource]) -> Mapping[str, Policy]:
    """Return the policies by address; one that is not known now raises an error when asked."""
    found: dict[str, Policy] = {}
    for resource in resources:
        if resource.kind in POLICY_KINDS:
            text = resource.values.get("policy")
            if isinstance(text, str):
                found[resource.address] = Policy.from_json(text)
            else:
                why = f"{resource.address}: the policy is known only after apply"
                found[resource.address] = Policy((), (why,))
        elif resource.kind == "aws_iam_role":
            for number, block in enumerate(resource.values.get("inline_policy") or ()):
                if block.get("policy"):
                    address = f"{resource.address}.inline_policy[{number}]"
                    found[address] = Policy.from_json(block["policy"])
    return found


def find_attachments(resources: Iterable[Resource]) -> tuple[Attachment, ...]:
    """Return whom managed policies are attached to."""
    return tuple(one for resource in resources for one in _attachments(resource))


def _attachments(resource: Resource) -> Iterator[Attachment]:
    values = resource.values

    def text(name: str) -> str | None:
        value = values.get(name)
        return value if isinstance(value, str) and value else None

    for kind in PRINCIPALS:
        if resource.kind == f"aws_iam_{kind}_policy_attachment":
            yield Attachment(resource.address, kind, text(kind), text("policy_arn"))
        elif resource.kind == f"aws_iam_{kind}_policy_attachments_exclusive":
            for arn in values.get("policy_arns") or (None,):
                yield Attachment(resource.address, kind, text(f"{kind}_name"), arn)
        elif resource.kind == "aws_iam_policy_attachment":
            for name in values.get(f"{kind}s") or ():
                yield Attachment(resource.address, kind, name, text("policy_arn"))
    if resource.kind == "aws_iam_role":
        for arn in values.get("managed_policy_arns") or ():
            yield Attachment(resource.address, "role", text("name"), arn)


def airflow_policy(
    resources: Mapping[str, Resource],
    policies: Mapping[str, Policy],
    attachments: Sequence[Attachment],
) -> Policy:
    """Return all rights of the roles that may run tasks.

    Raises:
        LookupError: no policy that is known now allows ecs:RunTask.
    """
    running = [
        address for address, policy in policies.items() if _RUN_TASK in policy.known_actions
    ]
    unknown = [why for policy in policies.values() for why in policy.unknown]
    if not running:
        if unknown:
            return Policy((), tuple(unknown))
        raise LookupError(f"no policy that is known now allows {_RUN_TASK}")
    roles = {_role(resources, address) for address in running}
    modules = {module_of(address) for address in running}
    # The ARN of a policy that the same plan creates is not known, so an attachment in the same
    # module counts as the policy's.
    beside = [
        one
        for one in attachments
        if one.policy_arn is None
        and module_of(one.address) in modules
        and any(
            resources[address].kind == "aws_iam_policy"
            for address in running
            if module_of(address) == module_of(one.address)
        )
    ]
    roles |= {one.name for one in beside}
    known_roles = roles - {None}
    chosen = [
        address
        for address in policies
        if address in running or _role(resources, address) in known_roles
    ]
    unknown = [
        why
        for address, policy in policies.items()
        for why in policy.unknown
        if address in chosen or _role(resources, address) is None
    ]
    unknown += [
        f"{one.address}: what {one.policy_arn or 'the policy that it attaches'} allows is not "
        "in the plan"
        for one in attachments
        if one.kind == "role"
        and one not in beside
        and (one.name is None or one.name in known_roles)
    ]
    statements = [one for address in chosen for one in policies[address].known]
    return Policy(tuple(statements), tuple(unknown))


def _role(resources: Mapping[str, Resource], address: str) -> str | None:
    """Return the role of an inline policy; None where it is not known, or has none."""
    resource = resources.get(address) or resources[address.rpartition(".inline_policy[")[0]]
    name = resource.values.get("name" if resource.kind == "aws_iam_role" else "role")
    if resource.kind in ("aws_iam_user_policy", "aws_iam_group_policy"):
        # The principal is known, and is not a role.
        return ""
    return name if isinstance(name, str) and name else None

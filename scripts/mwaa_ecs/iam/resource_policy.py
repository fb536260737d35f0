"""Resource policies: of a key, a secret, a repository, a file system or an endpoint.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from mwaa_ecs.iam.conditions import matches
from mwaa_ecs.iam.document import as_list, parse_policy, read_document
from mwaa_ecs.iam.evaluate import applies
from mwaa_ecs.iam.model import Need, NotJudgedError

_ANYBODY = "*"
_VERSION = "2012-10-17"


class Verdict(Enum):
    """The effect of a resource policy on a call.

    DELEGATED: it leaves the decision to the policies of the caller's account.
    """

    ALLOWED = "allowed"
    DELEGATED = "delegated"
    SILENT = "silent"
    DENIED = "denied"


def judge_resource_policy(
    document: str | Mapping[str, Any],
    need: Need,
    *,
    role_arn: str = "",
    service: str = "",
) -> Verdict:
    """Judge a call by a resource policy alone.

    Args:
        document: the policy, as `parse_policy` takes one, with principals.
        need: the permission that the call needs.
        role_arn: the role that calls.
        service: the service that calls, for example `logs.eu-west-1.amazonaws.com`.

    Raises:
        NotJudgedError: the answer depends on something that is not known here.
    """
    found = Verdict.SILENT
    for data in as_list(read_document(document).get("Statement")):
        if not isinstance(data, dict) or "NotPrincipal" in data:
            raise NotJudgedError("a statement with NotPrincipal is not judged here")
        named = _named(data.get("Principal"), role_arn, service)
        if named is None:
            continue
        # A repository's policy has no Resource: it is about the repository.
        bare = {"Resource": "*", **data} if "NotResource" not in data else dict(data)
        bare.pop("Principal")
        (statement,) = parse_policy({"Version": _VERSION, "Statement": [bare]})
        if not applies(statement, need):
            continue
        if statement.effect == "Deny":
            return Verdict.DENIED
        if found is not Verdict.ALLOWED:
            found = named
    return found


def _named(principal: Any, role_arn: str, service: str) -> Verdict | None:
    """Return how a Principal names the caller; None where it does not."""
    if principal == _ANYBODY:
        return Verdict.ALLOWED
    if not isinstance(principal, dict):
        return None
    if service:
        services = map(str, as_list(principal.get("Service")))
        return Verdict.ALLOWED if any(matches(one, service) for one in services) else None
    account = role_arn.split(":")[4]
    found = None
    for one in map(str, as_list(principal.get("AWS"))):
        if one in (_ANYBODY, role_arn):
            return Verdict.ALLOWED
        if one == account or (one.startswith("arn:") and one.endswith(f"::{account}:root")):
            found = Verdict.DELEGATED
    return found

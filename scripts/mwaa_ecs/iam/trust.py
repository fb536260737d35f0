"""Trust policies: who may assume a role."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mwaa_ecs.iam.document import as_list, read_document


def trusted_services(document: str | Mapping[str, Any]) -> frozenset[str]:
    """Return the services that a role's trust policy allows to assume the role.

    Conditions, and statements that deny, are not looked at.

    Args:
        document: the trust policy, as `parse_policy` takes a policy.

    Raises:
        NotJudgedError: it is not a JSON object.
    """
    return frozenset(
        str(service)
        for statement in as_list(read_document(document).get("Statement"))
        if statement.get("Effect") == "Allow"
        and isinstance(principal := statement.get("Principal"), dict)
        for service in as_list(principal.get("Service"))
    )

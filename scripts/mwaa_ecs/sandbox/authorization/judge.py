"""Judges needs by the policies of a principal, and words denials as AWS does."""

from __future__ import annotations

from collections.abc import Iterable

from mwaa_ecs.iam.evaluate import decide
from mwaa_ecs.iam.model import Need
from mwaa_ecs.sandbox.authorization.needs import shared_context
from mwaa_ecs.sandbox.authorization.principals import Principal, policies_of


def denial(principal: Principal, needs: Iterable[Need], region: str) -> str | None:
    """Return AWS's message for the first denied need; None if all are allowed.

    Raises:
        NotJudgedError: a policy has an element that cannot be judged here.
    """
    policies = policies_of(principal)
    shared = shared_context(principal, region)
    for need in needs:
        whole = Need(need.action, need.resource, {**shared, **need.context})
        decision = decide(whole, policies.identity, policies.boundary)
        if not decision.allowed:
            resource = "" if need.resource is None else f" on resource: {need.resource}"
            return (
                f"User: {principal.arn} is not authorized to perform: {need.action}{resource} "
                f"{decision.because}"
            )
    return None

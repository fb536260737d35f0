"""Which checks run, and which rights they need."""

from __future__ import annotations

import json
from collections.abc import Sequence

from mwaa_ecs.doctor.registry import CATEGORIES, Check
from mwaa_ecs.doctor.runner import SHARED_NEEDS
from mwaa_ecs.errors import UserError
from mwaa_ecs.problems import suggestion


def select(
    checks: Sequence[Check],
    only: Sequence[str],
    without: Sequence[str],
    *,
    before_apply: bool = False,
) -> list[Check]:
    """Return the checks of some categories, or some by their ids.

    Args:
        checks: the checks to choose from.
        only: categories and ids to keep; empty keeps all.
        without: categories and ids to leave out.
        before_apply: whether to keep those alone that can run before the first apply.

    Raises:
        UserError: a category or id does not exist, or nothing is left.
    """
    known = {*CATEGORIES, *(one.id for one in checks)}
    for option, names in (("--only", only), ("--skip", without)):
        for name in names:
            if name not in known:
                shown = CATEGORIES if "-" not in name else sorted(known)
                raise UserError(
                    f"{option} {name!r} is not a category or a check"
                    + suggestion(name, shown, "accepted values")
                )
    chosen = [
        one
        for one in checks
        if (not only or {one.id, one.category} & set(only))
        and not {one.id, one.category} & set(without)
        and (one.before_apply or not before_apply)
    ]
    if not chosen:
        when = " that can run before the first apply" if before_apply else ""
        raise UserError(f"--only and --skip leave no check{when}")
    return chosen


def policy(checks: Sequence[Check], *, read_secrets: bool = False) -> str:
    """Return the policy, as JSON, of whoever runs some checks.

    Args:
        checks: the checks.
        read_secrets: whether the values of secrets are read too.
    """
    actions = {*SHARED_NEEDS, *(action for one in checks for action in one.needs)}
    if not read_secrets:
        actions -= {"secretsmanager:GetSecretValue"}
    statement = {
        "Sid": "ReadForTheDoctor",
        "Effect": "Allow",
        "Action": sorted(actions),
        "Resource": "*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2) + "\n"

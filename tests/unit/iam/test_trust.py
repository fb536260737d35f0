"""Which services may assume a role."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from mwaa_ecs.iam.model import NotJudgedError
from mwaa_ecs.iam.trust import trusted_services

_ECS = "ecs-tasks.amazonaws.com"


@pytest.mark.parametrize(
    ("statement", "services"),
    [
        ({"Effect": "Allow", "Principal": {"Service": _ECS}}, {_ECS}),
        ([{"Effect": "Allow", "Principal": {"Service": [_ECS, "a.b"]}}], {_ECS, "a.b"}),
        ({"Effect": "Deny", "Principal": {"Service": _ECS}}, set()),
        ({"Effect": "Allow", "Principal": "*"}, set()),
        ({"Effect": "Allow", "Principal": {"AWS": "111111111111"}}, set()),
    ],
)
def test_the_services_that_a_trust_policy_allows(statement: Any, services: set[str]) -> None:
    text = json.dumps({"Version": "2012-10-17", "Statement": statement})
    assert trusted_services(text) == services
    # As IAM itself gives documents.
    assert trusted_services(quote(text)) == services


def test_what_is_not_a_policy_is_an_error() -> None:
    with pytest.raises(NotJudgedError, match="not JSON"):
        trusted_services("{")

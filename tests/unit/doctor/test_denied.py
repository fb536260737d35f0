"""Whoever lacks a right to read gets UNKNOWN with the action's name, and nothing worse."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mwaa_ecs.doctor import CHECKS, Account, Asked, Status, run_checks
from mwaa_ecs.doctor.judging import NEEDS
from mwaa_ecs.doctor.runner import SHARED_NEEDS
from mwaa_ecs.sandbox.local_aws import LocalAws
from unit.doctor import healthy
from unit.doctor.recorded import Recorded

# AWS denies it to nobody.
_FREE = "sts:GetCallerIdentity"
_SIMULATE = "iam:SimulatePrincipalPolicy"
# No image of the healthy account is of another account.
_UNUSED = "ecr:GetRepositoryPolicy"
_ACTIONS = sorted(
    {*SHARED_NEEDS, *(action for one in CHECKS for action in one.needs)} - {_FREE, _UNUSED}
)


@pytest.fixture(scope="module")
def recorded(aws: LocalAws) -> Recorded:
    aws.reset()
    return Recorded(healthy.build(aws).aws.client)


@pytest.fixture
def clients(recorded: Recorded) -> Iterator[Recorded]:
    recorded.asked.clear()
    yield recorded
    recorded.denied = ()


def _account(clients: Recorded) -> Account:
    return Account(clients, healthy.REGION)


@pytest.mark.parametrize("action", _ACTIONS)
def test_a_denied_right_makes_its_checks_unknown_and_nothing_else(
    clients: Recorded, action: str
) -> None:
    only_without_simulator = action in NEEDS and action != _SIMULATE
    clients.denied = {action, _SIMULATE} if only_without_simulator else {action}
    report = run_checks(_account(clients), Asked(read_secrets=True), CHECKS)
    assert {one.status for one in report.results} <= {
        Status.PASS,
        Status.SKIP,
        Status.UNKNOWN,
    }
    unknown = {one.check for one in report.results if one.status is Status.UNKNOWN}
    if action == _SIMULATE:
        assert not unknown, "the policies are read instead"
        return
    assert unknown, f"no check misses {action}"
    for result in report.results:
        if result.status is Status.UNKNOWN:
            assert action in result.fact
            assert action in result.fix


def test_without_any_right_every_check_is_unknown(clients: Recorded) -> None:
    clients.denied = _ACTIONS
    report = run_checks(_account(clients), Asked(read_secrets=True), CHECKS)
    assert {one.status for one in report.results} == {Status.UNKNOWN}
    assert {one.check for one in report.results} == {one.id for one in CHECKS}
    assert report.exit_code() == 3


@pytest.mark.parametrize("check", CHECKS, ids=lambda one: one.id)
def test_a_check_needs_no_right_that_it_does_not_use(clients: Recorded, check: object) -> None:
    for denied in ((), (_SIMULATE,)):
        clients.denied = denied
        run_checks(_account(clients), Asked(read_secrets=True), [check])  # type: ignore[list-item]
    optional = {"airflow:ListEnvironments", *_UNUSED_WHEN_HEALTHY.get(check.id, ())}  # type: ignore[attr-defined]
    assert set(check.needs) - optional <= set(clients.asked)  # type: ignore[attr-defined]


_UNUSED_WHEN_HEALTHY: dict[str, set[str]] = {
    # Asked only where the shared parameters name another cluster than the tasks.
    "contract-shared": {"ecs:DescribeClusters"},
    # Asked only for images of other accounts, and for images that need credentials.
    "images-policy": {"iam:GetRole", "ecr:GetRepositoryPolicy"},
    "images-credentials": {"secretsmanager:DescribeSecret"},
    # Asked only where the VPC has no DNS host names.
    "network-dns": {
        "ecs:DescribeTaskDefinition",
        "ec2:DescribeRouteTables",
        "ec2:DescribeVpcEndpoints",
    },
}

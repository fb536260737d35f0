"""Each seeded fault is named by the right check, and by none that is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mwaa_ecs.doctor import Account, Report, Status
from mwaa_ecs.doctor.image_names import PULL
from mwaa_ecs.sandbox.local_aws import LocalAws
from unit.doctor import seeds_contract, seeds_network, seeds_rights, seeds_things  # noqa: F401 - they fill SEEDS
from unit.doctor.before import BEFORE, as_plan, report_before, take_away
from unit.doctor.copies import in_a_copy
from unit.doctor.healthy import REGION, World, build
from unit.doctor.recorded import Recorded
from unit.doctor.seeds import SEEDS, Seed, found_by


@pytest.fixture(scope="module")
def unchanged(aws: LocalAws) -> World:
    aws.reset()
    return build(aws)


@pytest.fixture(scope="module")
def clients(unchanged: World) -> Recorded:
    """Clients that know the answers of the healthy account.

    A copy asks anew for what its fault can change alone: of its 2 s of processor time for three
    reports, nearly all were calls whose answers were as before.
    """
    clients = Recorded(unchanged.aws.client)
    unchanged.doctor(Account(clients, REGION), read_secrets=True)
    return clients


def test_a_healthy_account_has_no_complaint(unchanged: World, clients: Recorded) -> None:
    report = unchanged.doctor(Account(clients, REGION), read_secrets=True)
    assert found_by(report) == {}
    assert report.count(Status.UNKNOWN) == 0
    assert report.exit_code(strict=True) == 0


@pytest.mark.parametrize("seed", SEEDS, ids=[one.name for one in SEEDS])
def test_a_fault_is_named_by_its_check_alone(
    unchanged: World, clients: Recorded, seed: Seed
) -> None:
    report, others = in_a_copy(unchanged.aws, lambda: _reports(unchanged, clients, seed))
    assert found_by(report) == {seed.check: seed.status}
    facts = [one.fact for one in report.results if one.status is seed.status]
    assert any(seed.names in fact for fact in facts), facts
    assert report.exit_code(strict=True) == 1
    for other in others:
        assert found_by(other) == {seed.check: seed.status}


def _reports(world: World, clients: Recorded, seed: Seed) -> tuple[Report, list[Report]]:
    """Return the report about a fault, and those that must have the same result."""
    with clients.forgetting(world.aws):
        seed.break_it(world)
    report, others = world.doctor(Account(clients, REGION), **seed.asked), []
    if seed.check.startswith(("rights-", "keys-")):
        # Without rights on IAM's simulator, the policies themselves give the same result.
        clients.denied = ("iam:SimulatePrincipalPolicy",)
        others.append(world.doctor(Account(clients, REGION), **seed.asked))
        clients.denied = ()
    if seed.check in {one.id for one in BEFORE}:
        # It is named before the first apply too, by the plan.
        raw = as_plan(world)
        with clients.forgetting(world.aws):
            take_away(world)
        others.append(report_before(clients, raw, **seed.asked))
    return report, others


def _old_airflow(answer: Any) -> None:
    answer["Environment"]["AirflowVersion"] = "2.8.1"


def _failed_environment(answer: Any) -> None:
    answer["Environment"]["Status"] = "CREATE_FAILED"


def _unreadable_class(answer: Any) -> None:
    for group in answer["logGroups"]:
        group["logGroupClass"] = "INFREQUENT_ACCESS"


def _large_image(answer: Any) -> None:
    for image in answer["imageDetails"]:
        image["imageSizeInBytes"] = 30 * 2**30


@pytest.mark.parametrize(
    ("action", "change", "check", "status"),
    [
        ("airflow:GetEnvironment", _old_airflow, "mwaa-version", Status.WARN),
        ("airflow:GetEnvironment", _failed_environment, "mwaa-status", Status.FAIL),
        ("logs:DescribeLogGroups", _unreadable_class, "logs-class", Status.FAIL),
        ("ecr:DescribeImages", _large_image, "images-size", Status.FAIL),
    ],
)
def test_a_fault_that_the_local_aws_cannot_hold_is_named_by_its_check_alone(
    unchanged: World, action: str, change: Callable[[Any], None], check: str, status: Status
) -> None:
    clients = Recorded(unchanged.aws.client)
    clients.changes[action] = change
    report = unchanged.doctor(Account(clients, REGION))
    assert found_by(report) == {check: status}


def test_a_way_that_is_not_followed_is_unknown_and_no_complaint(unchanged: World) -> None:
    gateway, report = in_a_copy(unchanged.aws, lambda: _report_of_a_transit_gateway(unchanged))
    assert found_by(report) == {}
    unknown = [one for one in report.results if one.status is Status.UNKNOWN]
    assert {one.check for one in unknown} == {"network-route"}
    assert all(gateway in one.fact for one in unknown)


def _report_of_a_transit_gateway(world: World) -> tuple[str, Report]:
    gateway = world.client("ec2").create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    seeds_network.lead_out_by(world, TransitGatewayId=gateway)
    return str(gateway), world.doctor()


def test_an_image_that_another_account_shares_is_no_complaint(unchanged: World) -> None:
    report = in_a_copy(unchanged.aws, lambda: _report_of_a_shared_image(unchanged))
    assert found_by(report) == {}
    passed = {one.check for one in report.results if one.status is Status.PASS}
    assert {"images-policy", "images-exists"} <= passed


def _report_of_a_shared_image(world: World) -> Report:
    seeds_things.share_image(world, *PULL)
    return world.doctor()

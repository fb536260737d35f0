"""Each seeded fault is named by the right check, and by none that is wrong."""

from __future__ import annotations

import pytest

from mwaa_ecs.doctor import Account, Status
from unit.doctor import seeds_contract, seeds_network, seeds_rights, seeds_things  # noqa: F401 - they fill SEEDS
from unit.doctor.healthy import REGION, World
from unit.doctor.recorded import Recorded
from unit.doctor.seeds import SEEDS, Seed, found_by


def test_a_healthy_account_has_no_complaint(world: World) -> None:
    report = world.doctor(read_secrets=True)
    assert found_by(report) == {}
    assert report.count(Status.UNKNOWN) == 0
    assert report.exit_code(strict=True) == 0


@pytest.mark.parametrize("seed", SEEDS, ids=[one.name for one in SEEDS])
def test_a_fault_is_named_by_its_check_alone(world: World, seed: Seed) -> None:
    seed.break_it(world)
    report = world.doctor(**seed.asked)
    assert found_by(report) == {seed.check: seed.status}
    facts = [one.fact for one in report.results if one.status is seed.status]
    assert any(seed.names in fact for fact in facts), facts
    assert report.exit_code(strict=True) == 1
    if seed.check.startswith(("rights-", "keys-")):
        # Whoever may not ask IAM's simulator gets the same from the policies read.
        clients = Recorded(world.aws.client)
        clients.denied = ("iam:SimulatePrincipalPolicy",)
        report = world.doctor(Account(clients, REGION), **seed.asked)
        assert found_by(report) == {seed.check: seed.status}

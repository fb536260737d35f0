"""The proof, once for all tests here: real Airflow runs every mode on what was applied."""

from __future__ import annotations

import pytest

from policy.modes import NEWEST_RUNS, RUNS, Run
from policy.proof import PolicyProof, prove
from policy.recording import Setup, record
from policy.simulator import SimulatorMissingError, installed


@pytest.fixture(
    scope="session",
    params=[
        pytest.param(NEWEST_RUNS, id="newest"),
        pytest.param(RUNS, id="all", marks=pytest.mark.versions),
    ],
)
def runs(request: pytest.FixtureRequest) -> tuple[Run, ...]:
    """The runs of Airflow that are recorded."""
    found: tuple[Run, ...] = request.param
    return found


@pytest.fixture(scope="session")
def setups(runs: tuple[Run, ...], tmp_path_factory: pytest.TempPathFactory) -> list[Setup]:
    """What was applied and recorded; the local AWS is closed again."""
    return record(tmp_path_factory.mktemp("proof"), runs)


@pytest.fixture(scope="session")
def full_evaluator() -> None:
    """Skip tests that need it if it is not available. CI has it."""
    try:
        installed()
    except SimulatorMissingError as why:
        pytest.skip(f"nothing is proven: the full evaluator is not available: {why}")


@pytest.fixture(scope="session")
def proofs(full_evaluator: None, setups: list[Setup]) -> list[PolicyProof]:
    """Every policy with its verdicts."""
    return prove(setups)

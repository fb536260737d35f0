"""The evaluator that ships says what the full one says."""

from __future__ import annotations

import pytest

from mwaa_ecs.iam.document import parse_policy
from mwaa_ecs.iam.evaluate import decide
from policy.random_cases import random_cases
from policy.simulator import Case, SimulatorMissingError, judge

_NUMBER = 6000


def shipped_verdict(case: Case) -> bool:
    """Whether the evaluator that ships allows a case."""
    return decide(
        case.need,
        [statement for document in case.identity for statement in parse_policy(document)],
        None if case.boundary is None else parse_policy(case.boundary),
    ).allowed


def test_thousands_of_random_policies_are_judged_as_the_full_evaluator_judges_them() -> None:
    cases = list(random_cases(_NUMBER, seed=4))
    try:
        verdicts = judge(cases)
    except SimulatorMissingError as why:
        pytest.skip(f"the full evaluator is not there: {why}")
    allowed = verdicts.count("Allowed")
    assert _NUMBER * 0.1 < allowed < _NUMBER * 0.9, (
        "the world is too one-sided to tell anything"
    )
    wrong = [
        (verdict, case)
        for verdict, case in zip(verdicts, cases, strict=True)
        if shipped_verdict(case) != (verdict == "Allowed") or verdict.startswith("error")
    ]
    assert wrong == [], f"{len(wrong)} of {_NUMBER} are judged differently"

"""The policies that Terraform applies are enough for real Airflow, and not more."""

from __future__ import annotations

import json

import parliament
import pytest

from policy.modes import RUNS, Run
from policy.page import PAGE, of_newest_runs, render
from policy.proof import PolicyProof
from policy.recording import Setup
from policy.simulator import judge
from policy.test_evaluator import shipped_verdict

pytestmark = pytest.mark.airflow

_NO_SUCH_REQUEST = "a family without its revision"
# Actions granted on `*`, because AWS accepts nothing else for them. And ExecuteCommand, which
# needs a cluster and a task: with own_tasks_only they stand in two statements, and the linter
# looks at each alone.
_LINT_THAT_IS_MEANT = {
    ("RESOURCE_STAR", "['ecs:ListTasks']"),
    ("RESOURCE_STAR", "['ecs:DescribeTaskDefinition']"),
    ("RESOURCE_STAR", "['ecr:GetAuthorizationToken']"),
    *(
        (
            "RESOURCE_MISMATCH",
            f"[{{'action': 'ecs:ExecuteCommand', 'required_format': 'arn:*:ecs:*:*:{one}'}}]",
        )
        for one in ("task/*/*", "cluster/*")
    ),
}


def test_every_mode_left_calls_to_prove_something_with(
    runs: tuple[Run, ...], setups: list[Setup]
) -> None:
    recorded = {(one.place.partition, call.mode) for one in setups for call in one.operator}
    assert recorded == {(run.partition, run.label(mode)) for run in runs for mode in run.modes}


def test_both_forms_of_the_policy_were_proven(setups: list[Setup]) -> None:
    by_tag = {one.name for one in setups if "aws:ResourceTag/" in json.dumps(one.policy)}
    written = {
        one.name for one in setups if "aws:ResourceTag/" in json.dumps(one.execution_policy)
    }
    assert by_tag == written == {"tagged"}


def test_airflow_and_ecs_may_do_all_that_they_did(proofs: list[PolicyProof]) -> None:
    assert [what for proof in proofs for what in proof.denied_though_recorded] == []


def test_what_nobody_needs_is_denied(proofs: list[PolicyProof]) -> None:
    assert [what for proof in proofs for what in proof.allowed_though_forbidden] == []
    tried = {(one.need.action, one.need.resource) for p in proofs for one, _ in p.forbidden}
    assert len(tried) >= 60


def test_the_forbidden_calls_are_calls_that_aws_knows(proofs: list[PolicyProof]) -> None:
    """A misspelt action is denied by any policy, and proves nothing."""
    calls = [
        (proof, one)
        for proof in proofs
        for one, _ in proof.forbidden
        if one.reason != _NO_SUCH_REQUEST
    ]
    verdicts = judge([proof.case(one) for proof, one in calls], strict=True)
    unknown = [
        (proof.name, one, verdict)
        for (proof, one), verdict in zip(calls, verdicts, strict=True)
        if verdict.startswith("error")
    ]
    assert unknown == []


def test_nothing_can_be_taken_from_a_policy_or_widened_unnoticed(
    proofs: list[PolicyProof],
) -> None:
    assert [survivor for proof in proofs for survivor in proof.survivors] == []
    assert all(proof.killed for proof in proofs)


def test_the_sandbox_judges_every_recorded_and_forbidden_call_alike(
    proofs: list[PolicyProof],
) -> None:
    wrong = [
        (proof.name, case.need, verdict)
        for proof in proofs
        if not proof.is_trust
        for case, verdict in [
            *((proof.case(one), verdict) for one, verdict in proof.recorded),
            *((proof.case(one), verdict) for one, verdict in proof.forbidden),
        ]
        if shipped_verdict(case) != (verdict == "Allowed")
    ]
    assert wrong == []


def test_the_page_says_what_was_proven(
    runs: tuple[Run, ...], proofs: list[PolicyProof]
) -> None:
    page, proven = PAGE.read_text(), render(proofs)
    if runs != RUNS:
        page, proven = of_newest_runs(page), of_newest_runs(proven)
    assert page == proven, "it is stale; run make prove-policy"


def test_a_linter_for_policies_finds_nothing_that_is_not_meant(
    setups: list[Setup],
) -> None:
    found = {
        (finding.issue, str(finding.detail))
        for setup in setups
        for document in (setup.policy, setup.execution_policy)
        for finding in parliament.analyze_policy_string(json.dumps(document)).findings
    }
    assert found <= _LINT_THAT_IS_MEANT
    assert ("RESOURCE_STAR", "['ecs:ListTasks']") in found, "the linter did not look"

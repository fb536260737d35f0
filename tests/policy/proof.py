"""The proof: what was recorded is allowed, what is forbidden denied, and no less would do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from mwaa_ecs.iam.model import Need
from policy.forbidden import Forbidden, forbidden, forbidden_trust, source
from policy.mutants import Mutant, mutants
from policy.recording import Recorded, Setup
from policy.simulator import Case, judge

_ALLOWED = "Allowed"
_ANYTHING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}
_TASK_ID = re.compile(r"\b[0-9a-f]{32}\b")


@dataclass(frozen=True)
class Survivor:
    """A mutant that nothing notices."""

    policy: str
    what: str


@dataclass
class PolicyProof:
    """What was found out about one policy.

    recorded, forbidden: with the full evaluator's verdict. breaks: by statement, the modes that
    fail without it.
    """

    kind: str
    setup: Setup
    document: Mapping[str, Any]
    recorded: list[tuple[Recorded, str]] = field(default_factory=list)
    forbidden: list[tuple[Forbidden, str]] = field(default_factory=list)
    killed: int = 0
    survivors: list[Survivor] = field(default_factory=list)
    breaks: dict[str, list[str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Which setup's, and what for."""
        return f"{self.setup.title} {self.kind}"

    @property
    def is_trust(self) -> bool:
        """Whether it says who may have a role."""
        return self.kind.endswith("trust")

    @property
    def recorded_calls(self) -> Sequence[Recorded | Forbidden]:
        """What must be allowed."""
        return [one for one, _ in self.recorded]

    @property
    def forbidden_calls(self) -> Sequence[Recorded | Forbidden]:
        """What must be denied."""
        return [one for one, _ in self.forbidden]

    @property
    def denied_though_recorded(self) -> list[str]:
        """What is missing from the policy."""
        return [
            f"{one.mode} needs {one.need.action} on {one.need.resource}: {verdict}"
            for one, verdict in self.recorded
            if verdict != _ALLOWED
        ]

    @property
    def allowed_though_forbidden(self) -> list[str]:
        """What is too much in the policy."""
        return [
            f"{one.reason}: {one.need.action} on {one.need.resource} for {one.by}"
            for one, verdict in self.forbidden
            if verdict == _ALLOWED or verdict.startswith("error")
        ]

    def case(
        self, one: Recorded | Forbidden, document: Mapping[str, Any] | None = None
    ) -> Case:
        """A call as the evaluator takes it, by this policy or by a document in its place."""
        judged = self.document if document is None else document
        by = one.principal if isinstance(one, Recorded) else one.by
        if not self.is_trust:
            return Case(one.need, by, identity=[judged])
        # Whatever a role of this account may do: the trust policy must deny it.
        return Case(
            one.need, by, identity=[_ANYTHING] if by.startswith("arn:") else (), trust=judged
        )


def prove(setups: Iterable[Setup]) -> list[PolicyProof]:
    """Judge everything, in three batches: the evaluator takes longer to start than to judge.

    Raises SimulatorMissingError.
    """
    proofs = [proof for setup in setups for proof in _proofs(setup)]
    cases = [proof.case(one) for proof in proofs for one, _ in proof.recorded]
    verdicts = iter(judge(cases, strict=True))
    for proof in proofs:
        proof.recorded = [(one, next(verdicts)) for one, _ in proof.recorded]
    cases = [proof.case(one) for proof in proofs for one, _ in proof.forbidden]
    verdicts = iter(judge(cases))
    for proof in proofs:
        proof.forbidden = [(one, next(verdicts)) for one, _ in proof.forbidden]
    _mutate(proofs)
    return proofs


def _proofs(setup: Setup) -> Iterator[PolicyProof]:
    policies = [
        ("operator", setup.policy, setup.operator, forbidden(setup, "operator")),
        ("execution", setup.execution_policy, setup.execution, forbidden(setup, "execution")),
    ]
    for role, trust in setup.trusts.items():
        assumed = Recorded(
            "ECS starts a task",
            "ecs-tasks.amazonaws.com",
            Need("sts:AssumeRole", trust.role_arn, source(setup.names)),
        )
        calls = forbidden_trust(setup, trust.role_arn)
        policies.append((f"{role} trust", trust.document, (assumed,), calls))
    for kind, document, recorded, calls in policies:
        yield PolicyProof(
            kind=kind,
            setup=setup,
            document=document,
            recorded=[(one, "") for one in _kinds(recorded)],
            forbidden=[(one, "") for one in calls],
        )


def _kinds(recorded: Iterable[Recorded]) -> list[Recorded]:
    """One of each: two tasks that differ in their ids alone need the same."""
    found: dict[tuple[str, ...], Recorded] = {}
    for one in recorded:
        found.setdefault(kind_of(one), one)
    return list(found.values())


def kind_of(one: Recorded) -> tuple[str, str, str]:
    """Mode, action and resource, with ids of tasks struck out."""
    resource = _TASK_ID.sub("<task id>", one.need.resource or "")
    via = "".join(one.need.present.get("kms:ViaService", ()))
    return one.mode, one.need.action, f"{resource} {via}".strip()


def _mutate(proofs: Iterable[PolicyProof]) -> None:
    asked: list[tuple[PolicyProof, Mutant, Sequence[Recorded | Forbidden]]] = []
    for proof in proofs:
        for mutant in mutants(proof.document):
            calls = proof.forbidden_calls if mutant.wider else proof.recorded_calls
            asked.append((proof, mutant, [one for one in calls if _concerns(mutant, one.need)]))
    verdicts = iter(
        judge(
            [
                proof.case(one, mutant.document)
                for proof, mutant, calls in asked
                for one in calls
            ]
        )
    )
    for proof, mutant, calls in asked:
        noticed = [
            one
            for one, verdict in ((one, next(verdicts)) for one in calls)
            if (verdict == _ALLOWED) == mutant.wider and not verdict.startswith("error")
        ]
        if noticed:
            proof.killed += 1
        else:
            proof.survivors.append(Survivor(proof.name, mutant.what))
        if mutant.what.endswith(" removed"):
            modes = {one.mode for one in noticed if isinstance(one, Recorded)}
            proof.breaks[mutant.sid] = sorted(modes)


def _concerns(mutant: Mutant, need: Need) -> bool:
    """Whether a verdict may differ from the policy's own."""
    return any(fnmatchcase(need.action, pattern) for pattern in mutant.actions)

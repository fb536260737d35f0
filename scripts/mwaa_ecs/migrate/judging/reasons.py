"""The reasons of a verdict, and what collects them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mwaa_ecs.migrate.finding.calls import Call
from mwaa_ecs.migrate.judging.definitions import Definition, Needs
from mwaa_ecs.migrate.judging.questions import Question
from mwaa_ecs_operator.errors import RefusedError

CONVERTED, DECISION, REFUSED = "converted", "decision", "refused"


@dataclass(frozen=True)
class Reason:
    """Why a call has its verdict, or what changes for it.

    Attributes:
        code: stable, for machines.
        argument: of DockerOperator; empty for the call as a whole.
        line: of the call.
        message: what is so.
        remedy: what to do.
        verdict: what it makes of the call.
        question: what answers it.
    """

    code: str
    argument: str
    line: int
    message: str
    remedy: str
    verdict: str
    question: Question | None = None


@dataclass
class Judged:
    """A call with its verdict.

    Attributes:
        reasons: why; of a converted call, what changes.
        definitions: the task definitions that it needs, with what else it needs of them.
        images: as the DAG has them, for people.
        questions: all that concern it, answered or not.
    """

    call: Call
    reasons: list[Reason] = field(default_factory=list)
    definitions: list[tuple[Definition, Needs]] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    @property
    def verdict(self) -> str:
        """The gravest of the reasons'."""
        verdicts = {reason.verdict for reason in self.reasons}
        return (
            REFUSED if REFUSED in verdicts else DECISION if DECISION in verdicts else CONVERTED
        )


class Asked:
    """Collects the reasons of one call."""

    def __init__(self, found: Judged, answers: Mapping[str, Any]) -> None:
        self.found = found
        self._answers = answers

    @property
    def call(self) -> Call:
        """The call that is judged."""
        return self.found.call

    def refuse(self, code: str, argument: str, message: str, remedy: str) -> None:
        """Add a reason that refuses the call."""
        self._add(code, argument, message, remedy, REFUSED)

    def refused_by_operator(self, code: str, argument: str, error: RefusedError) -> None:
        """Add the operator's own refusal, split into message and remedy."""
        message, _, remedy = str(error).partition(". ")
        self.refuse(code, argument, message, remedy or "Change the argument, or leave it out")

    def note(self, code: str, argument: str, message: str, remedy: str) -> None:
        """Add what changes for a call that is converted."""
        self._add(code, argument, message, remedy, CONVERTED)

    def answer(self, question: Question, code: str, argument: str, message: str) -> Any:
        """Return the answer to a question; None where there is none yet."""
        self.found.questions.append(question)
        answer = self._answers.get(question.id)
        if answer is None:
            remedy = f"Answer {question.id!r} in answers.yaml"
            self._add(code, argument, message, remedy, DECISION, question)
        return answer

    def _add(
        self,
        code: str,
        argument: str,
        message: str,
        remedy: str,
        verdict: str,
        question: Question | None = None,
    ) -> None:
        self.found.reasons.append(
            Reason(code, argument, self.call.line, message, remedy, verdict, question)
        )

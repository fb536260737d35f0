"""The proof in figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from policy.proof import PolicyProof


@dataclass(frozen=True)
class Summary:
    """How much was recorded, forbidden and changed, and what of it went wrong.

    recorded: different needs of a mode; the same call made twice counts once.
    """

    modes: int
    recorded: int
    allowed: int
    forbidden: int
    denied: int
    mutants: int
    killed: int
    problems: tuple[str, ...]

    @classmethod
    def of(cls, proofs: Sequence[PolicyProof]) -> Summary:
        """Add the policies up."""
        problems = [
            *(
                f"{one.name}: not allowed: {what}"
                for one in proofs
                for what in one.denied_though_recorded
            ),
            *(
                f"{one.name}: allowed: {what}"
                for one in proofs
                for what in one.allowed_though_forbidden
            ),
            *(
                f"{survivor.policy}: nobody notices {survivor.what!r}"
                for one in proofs
                for survivor in one.survivors
            ),
        ]
        recorded = sum(len(one.recorded) for one in proofs)
        forbidden = sum(len(one.forbidden) for one in proofs)
        killed = sum(one.killed for one in proofs)
        return cls(
            modes=len(
                {
                    (one.setup.title, recorded.mode)
                    for one in proofs
                    if one.kind == "operator"
                    for recorded, _ in one.recorded
                }
            ),
            recorded=recorded,
            allowed=recorded - sum(len(one.denied_though_recorded) for one in proofs),
            forbidden=forbidden,
            denied=forbidden - sum(len(one.allowed_though_forbidden) for one in proofs),
            mutants=killed + sum(len(one.survivors) for one in proofs),
            killed=killed,
            problems=tuple(problems),
        )

    def lines(self) -> list[str]:
        """A line a figure."""
        return [
            f"{'modes':<18}{self.modes}",
            *(
                f"{label:<18}{all_of_them}, {done} {word} ({_percent(done, all_of_them)})"
                for label, all_of_them, done, word in (
                    ("calls recorded", self.recorded, self.allowed, "allowed"),
                    ("calls forbidden", self.forbidden, self.denied, "denied"),
                    ("mutants", self.mutants, self.killed, "killed"),
                )
            ),
        ]


def _percent(part: int, whole: int) -> str:
    return (
        f"{100 * part / whole:.0f} %" if part in (0, whole) else f"{100 * part / whole:.1f} %"
    )

"""What Terraform says where it fails, and how it ended where it was asked to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mwaa_ecs.errors import OperationError, UserError


@dataclass(frozen=True)
class Diagnostic:
    """An error or a warning of Terraform's."""

    severity: str
    summary: str
    detail: str = ""
    address: str = ""
    filename: str = ""
    line: int | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Diagnostic:
        """Read the `diagnostic` object of a machine-readable event."""
        where = data.get("range") or {}
        return cls(
            severity=str(data.get("severity", "error")),
            summary=str(data.get("summary", "")),
            detail=str(data.get("detail", "")),
            address=str(data.get("address", "")),
            filename=str(where.get("filename", "")),
            line=(where.get("start") or {}).get("line"),
        )

    def __str__(self) -> str:
        """Return the message as a person reads it: what, where, why."""
        where = self.address
        if self.filename:
            place = self.filename if self.line is None else f"{self.filename}:{self.line}"
            where = f"{where}, {place}" if where else place
        text = f"{self.summary} ({where})" if where else self.summary
        return f"{text}\n{self.detail}".rstrip() if self.detail else text


# Terraform's summaries of wrong input, as opposed to a call that failed.
_MISTAKES = frozenset(
    {
        "Invalid value for variable",
        "Invalid value for input variable",
        "No value for required variable",
        "Resource precondition failed",
        "Resource postcondition failed",
        "Module output value precondition failed",
    }
)
# Here Terraform says what is no help: what it printed "above" was an event, which no person
# saw, and is saved by us.
_NO_HELP = ("printed above as a JSON object", 'written to the file "errored.tfstate"')


class TerraformError(OperationError):
    """Terraform ended with an error; `diagnostics` holds what it said.

    The exit code is 2 where all it said is that the user's input is wrong.

    Attributes:
        unsaved: the message about a state that Terraform could not save; empty where it could.
        saved_in: the file that holds that state.
    """

    def __init__(
        self,
        command: str,
        diagnostics: Iterable[Diagnostic],
        output: str = "",
        *,
        unsaved: str = "",
        saved_in: str = "",
    ) -> None:
        self.command = command
        self.unsaved = unsaved
        self.saved_in = saved_in
        # One full disk makes as many errors as there are resources.
        self.diagnostics = [
            item
            for item in dict.fromkeys(diagnostics)
            if not any(text in item.detail for text in _NO_HELP)
        ]
        if self.diagnostics and all(item.summary in _MISTAKES for item in self.diagnostics):
            self.exit_code = UserError.exit_code
        self.said = "\n\n".join(map(str, self.diagnostics)) or output.strip()
        super().__init__(
            f"terraform {command} failed: "
            + "\n\n".join(part for part in (self.said or "it said nothing", unsaved) if part)
        )


class TerraformInterrupted(KeyboardInterrupt):
    """Terraform was asked to end while it worked, and has ended.

    Attributes:
        command: what it was at, e.g. `apply`.
        how: how it ended: `whole` (it had done everything), `cleanly` (after what was under
            way), `at once` (asked twice) or `killed`.
        error: what it said and what became of the state; None where it ended well.
    """

    def __init__(self, command: str, how: str, error: TerraformError | None) -> None:
        self.command = command
        self.how = how
        self.error = error
        super().__init__(f"terraform {command} was interrupted and has ended {how}")

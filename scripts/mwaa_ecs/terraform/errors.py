"""Errors of Terraform: a command that failed, and a command that was interrupted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mwaa_ecs.errors import OperationError, UserError


@dataclass(frozen=True)
class Diagnostic:
    """An error or a warning that Terraform reports.

    Attributes:
        severity: `error` or `warning`.
        summary: the first line of the message.
        detail: the rest of the message.
        address: the resource that it is about; empty for none.
        filename: the file that it is about; empty for none.
        line: the line in that file.
        comment: what a comment at the end of that line says; a module puts a remedy there
            where the message is the provider's.
    """

    severity: str
    summary: str
    detail: str = ""
    address: str = ""
    filename: str = ""
    line: int | None = None
    comment: str = ""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Diagnostic:
        """Read the `diagnostic` object of a machine-readable event."""
        where = data.get("range") or {}
        code = str((data.get("snippet") or {}).get("code", ""))
        return cls(
            severity=str(data.get("severity", "error")),
            summary=str(data.get("summary", "")),
            detail=str(data.get("detail", "")),
            address=str(data.get("address", "")),
            filename=str(where.get("filename", "")),
            line=(where.get("start") or {}).get("line"),
            comment=code.rpartition("{ # ")[2] if "{ # " in code else "",
        )

    def __str__(self) -> str:
        """Return the message: summary, place and detail."""
        where = self.address
        if self.filename:
            place = self.filename if self.line is None else f"{self.filename}:{self.line}"
            where = f"{where}, {place}" if where else place
        text = f"{self.summary} ({where})" if where else self.summary
        return "\n".join(part for part in (text, self.detail.rstrip(), self.comment) if part)


# Summaries of diagnostics that only wrong input of the user causes.
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
# Terraform refers to text "above", an event that no user sees; `rescue` saves that state.
_NO_HELP = ("printed above as a JSON object", 'written to the file "errored.tfstate"')


class TerraformError(OperationError):
    """Terraform ended with an error.

    The exit code is 2 where wrong input of the user is the only cause.

    Attributes:
        command: the command, e.g. `apply`.
        diagnostics: the diagnostics that Terraform reported.
        said: their text; without diagnostics, the output.
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
        # A full disk causes the same error for each resource.
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
            + "\n\n".join(
                part for part in (self.said or "it printed no message", unsaved) if part
            )
        )


class TerraformInterrupted(KeyboardInterrupt):
    """Terraform was interrupted, and has ended.

    Attributes:
        command: the command, e.g. `apply`.
        how: how it ended: `whole` (it had done everything), `cleanly` (after the operations
            under way), `at once` (after a second request) or `killed`.
        error: its errors, and the place of a state that it could not save; None without errors.
    """

    def __init__(self, command: str, how: str, error: TerraformError | None) -> None:
        self.command = command
        self.how = how
        self.error = error
        super().__init__(f"terraform {command} was interrupted and has ended {how}")

"""Reads from a command's output files how it ended, where no process waited for it.

The exit code is lost then. Terraform ends with a summary after success, and with errors, after
it writes the state, after a failure. Output with neither is that of a killed command.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mwaa_ecs.terraform.errors import TerraformError
from mwaa_ecs.terraform.process import Event, Finished, read_event
from mwaa_ecs.terraform.rescue import rescue


@dataclass(frozen=True)
class Outcome:
    """How a command ended.

    Attributes:
        how: `whole` (it did everything), `failed` (it ended with errors), or `killed`.
        error: its errors; None where it has none.
        under_way: the addresses that it was changing when it was killed.
        made: the AWS id of each resource that it had created, by address; empty if unknown.
    """

    how: str
    error: TerraformError | None
    under_way: tuple[str, ...]
    made: dict[str, str]


def read_outcome(
    command: str, output: str, errors: str, *, folder: Path, beside: Path, before: object
) -> Outcome:
    """Return how a command ended, after saving a state that it could not save.

    Args:
        command: `plan`, `apply` or `destroy`.
        output: its standard output, of which each line is an event.
        errors: its standard error.
        folder: see `rescue`.
        beside: see `rescue`.
        before: see `rescue`.
    """
    events = [event for line in output.splitlines() if (event := read_event(line))]
    done = Finished(output=output, errors=errors, events=events, returncode=1)
    wrong = [found for found in done.diagnostics if found.severity == "error"]
    rescued = rescue(events, folder, beside, before)
    # `apply` of a plan made with -destroy may report either operation.
    last_words = ("plan",) if command == "plan" else ("apply", "destroy")
    summed_up = any(
        event.get("type") == "change_summary"
        and event.get("changes", {}).get("operation") in last_words
        for event in events
    )
    how = "failed" if wrong or rescued else "whole" if summed_up else "killed"
    error = None
    if how == "failed":
        error = TerraformError(
            command,
            wrong,
            done.plain,
            unsaved=rescued.said if rescued else "",
            saved_in=str(rescued.path or "") if rescued else "",
        )
    started = dict.fromkeys(_addresses(events, "apply_start"))
    ended = {*_addresses(events, "apply_complete"), *_addresses(events, "apply_errored")}
    made = {
        address: str(event["hook"].get("id_value") or "")
        for event in events
        if event.get("type") == "apply_complete"
        and event.get("hook", {}).get("action") == "create"
        and (address := _address(event))
    }
    under_way = tuple(item for item in started if item not in ended)
    return Outcome(how, error, under_way if how == "killed" else (), made)


def _addresses(events: list[Event], kind: str) -> list[str]:
    return [
        address
        for event in events
        if event.get("type") == kind and (address := _address(event)) is not None
    ]


def _address(event: Event) -> str | None:
    """Return the address that an event is about; None for a data source that is read."""
    hook = event.get("hook", {})
    if hook.get("action") == "read":
        return None
    return str(hook.get("resource", {}).get("addr", "")) or None

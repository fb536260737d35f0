"""Shows Terraform's progress while an environment is rolled out."""

from __future__ import annotations

from rich.markup import escape

from mwaa_ecs.cli.output import errors
from mwaa_ecs.terraform import Event


def _is_change(event: Event) -> bool:
    """Tell whether an event is about a resource that changes; data sources are only read."""
    return bool(event.get("hook", {}).get("action") != "read")


class ApplyProgress:
    """Terraform's progress: a spinner on a terminal, a line a finished resource elsewhere."""

    def __init__(self) -> None:
        self._status = errors.status("") if errors.is_terminal else None

    def show(self, text: str) -> None:
        """Show what it is at, on a terminal."""
        if self._status is not None:
            self._status.update(escape(text))
            self._status.start()

    def event(self, event: Event) -> None:
        """Take one event of Terraform's."""
        kind = event.get("type")
        text = str(event.get("@message", ""))
        if kind in ("apply_start", "apply_progress", "refresh_start", "planned_change"):
            self.show(text)
        elif kind in ("interrupt", "left"):
            self.close()
            errors.print(f"[bold yellow]{escape(text)}[/]", soft_wrap=True)
        elif kind in ("change_summary", "outputs"):
            # The plan or a question comes next; the spinner would cover it.
            self.close()
        elif kind in ("apply_complete", "apply_errored") and _is_change(event):
            errors.print(f"  [dim]{escape(text)}[/]", soft_wrap=True)

    def close(self) -> None:
        """Take the spinner away."""
        if self._status is not None:
            self._status.stop()

"""Adds the remedy to Terraform's errors, which only report what happened."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from datetime import datetime

from mwaa_ecs.environments.settings import Backend
from mwaa_ecs.errors import OperationError
from mwaa_ecs.rollout.runs import Record
from mwaa_ecs.terraform import TerraformError, TerraformInterrupted

# Terraform reads its configuration before it locks the state, which may take long.
_SECONDS_TO_LOCK = 60
_ENDED = {
    "whole": "interrupted, but Terraform had done everything: all of the plan is applied",
    "cleanly": "interrupted; Terraform ended after what was under way, and the state holds "
    "what was made. Run mwaa-ecs plan {name} to see what is left to do",
    "at once": "interrupted twice, so Terraform stopped at once: what it was making may be in "
    "AWS and not in the state. Look there, then run mwaa-ecs plan {name}",
    "killed": "Terraform was killed: what it was making may be in AWS and not in the state, "
    "and its lock may be left. Look there, then run mwaa-ecs plan {name}",
}


class Remedies:
    """A context that puts the remedy before an error of Terraform.

    Args:
        name: the environment.
        backend: where its state is.
        has_block: whether the configuration declares a `backend` block.
        command: returns a Terraform command line that the user can paste.

    Attributes:
        killed: the killed runs, which may have left a lock.
    """

    def __init__(
        self, name: str, backend: Backend, *, has_block: bool, command: Callable[..., str]
    ) -> None:
        self.name = name
        self.backend = backend
        self.has_block = has_block
        self.command = command
        self.killed: tuple[Record, ...] = ()

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, TerraformInterrupted):
            text = self._interrupted(error)
        elif isinstance(error, TerraformError):
            remedy = self._remedy(error)
            if not remedy:
                return
            text = f"{remedy}\n{error.said if error.unsaved else error}".rstrip()
        else:
            return
        raise OperationError(f"{self.name}: {text}") from None

    def put_back(self, file: str) -> str:
        """Return the command that puts a rescued state back in its place."""
        if self.backend.type == "local":
            # A local state is a file, so that a copy replaces `terraform state push`.
            where = shlex.quote(str(self.backend.settings["path"]))
            return f"  cp {shlex.quote(file)} {where}"
        return self.command("state", "push", file)

    def _interrupted(self, found: TerraformInterrupted) -> str:
        if found.error is not None and found.error.unsaved:
            return f"interrupted.\n{self._unsaved(found.error)}"
        if found.command == "apply":
            said = _ENDED[found.how].format(name=self.name)
        elif found.how in ("at once", "killed"):
            said = "interrupted; nothing was changed, but a lock on the state may be left"
        else:
            said = "interrupted; Terraform has ended, and nothing was changed"
        # These summaries repeat that it was interrupted.
        more = [
            str(item)
            for item in (found.error.diagnostics if found.error is not None else ())
            if item.summary not in ("operation canceled", "execution halted")
        ]
        return "\n".join([said, *more])

    def _remedy(self, error: TerraformError) -> str:
        text = error.said
        if error.unsaved:
            return self._unsaved(error)
        if "Lock Info:" in text:
            return self._locked(text)
        if "Unsupported state file format" in text:
            return (
                f"{self.backend.identity} is damaged: no whole state is in it, as after a full "
                "disk. Nobody holds a lock. Put it back from a rescued-*.tfstate beside it, in "
                "$TMPDIR or at home, from its .backup, or from an older version of the bucket"
            )
        if "Saved plan is stale" in text:
            return f"the state has changed since that plan was made; plan {self.name} again"
        if "Saved plan does not match the given state" in text:
            return f"that plan was made for another state; plan {self.name} again"
        if "Backend configuration changed" in text or "Backend initialization" in text:
            config = f".mwaa-ecs/{self.name}/{self.name}.tfbackend"
            return (
                "the YAML names another state than last time. Set the backend back, or move "
                "the state there with\n"
                + self.command("init", "-migrate-state", f"-backend-config={config}")
            )
        if "no space left on device" in text.lower():
            return "the disk is full; make room before anything else"
        return ""

    def _unsaved(self, error: TerraformError) -> str:
        file = error.saved_in or "FILE"
        return (
            f"{error.unsaved}\nDo nothing else with {self.name} before it is back: see to what "
            f"Terraform could not do (is the disk full?), then run\n{self.put_back(file)}"
        )

    def _locked(self, text: str) -> str:
        said = "somebody else is working on this state. Wait until they are done"
        found = re.search(r"^\s*ID:\s+(\S+)", text, re.M)
        if self.backend.type == "local" or found is None:
            # The system frees the lock on a file when its owner ends.
            return f"{said}, or wait for them with --lock-timeout 10m"
        for record in self.killed:
            if _made_lock(record, text):
                return (
                    f"the lock {found[1]} was left by the {record.command} that began at "
                    f"{record.began} and was killed: nobody holds it. Free it with\n"
                    + self.command("force-unlock", "-force", found[1])
                )
        return (
            f"{said}, or wait for them with --lock-timeout 10m; only if nobody is, and you "
            f"know whose lock it was, free it with\n{self.command('force-unlock', found[1])}"
        )


def _made_lock(record: Record, text: str) -> bool:
    """Return whether a lock is from a run: created on its machine, right after its start."""
    who = re.search(r"^\s*Who:\s+\S*@(\S+)", text, re.M)
    created = re.search(r"^\s*Created:\s+(\S+ [\d:]{8})", text, re.M)
    if who is None or created is None or who[1] != record.host:
        return False
    try:
        made = datetime.fromisoformat(created[1])
        began = datetime.fromisoformat(record.terraform_began.removesuffix(" UTC"))
    except ValueError:
        return False
    return 0 <= (made - began).total_seconds() <= _SECONDS_TO_LOCK

"""Applies an example again when its HCL changes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from mwaa_ecs.errors import MwaaEcsError
from mwaa_ecs.sandbox.live import Tell
from mwaa_ecs.terraform.configuration import local_modules

_PATTERNS = ("*.tf", "*.tf.json", "*.tfvars", "*.tfvars.json")
_LOOK_SECONDS = 0.5
# Terraform ends at its next event. A download of providers has none.
_END_SECONDS = 30.0

Stamps = dict[Path, tuple[int, int]]


class EndingError(Exception):
    """The sandbox ends while Terraform works."""


class Reapply:
    """Looks at an example's HCL for as long as the `with` block, and applies what changed.

    Args:
        folder: the example.
        apply: applies it again, and returns in words what changed. It calls its argument,
            which raises EndingError if the sandbox ends.
        tell: receives the result.
    """

    def __init__(
        self, folder: Path, apply: Callable[[Callable[[], None]], str], tell: Tell
    ) -> None:
        self._folder = folder
        self._apply = apply
        self._tell = tell
        self._have = self._stamps({})
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._repeat, daemon=True, name="reapply")

    def __enter__(self) -> Reapply:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join(timeout=_END_SECONDS)

    def look(self) -> None:
        """Apply the example if its HCL has changed since the last look."""
        found = self._stamps(self._have)
        if found == self._have:
            return
        changed = sorted(
            path.name
            for path in {*found, *self._have}
            if found.get(path) != self._have.get(path)
        )
        self._have = found
        self._tell("apply", f"{', '.join(changed)} changed: Terraform applies it")
        try:
            told = self._apply(self._check)
        except MwaaEcsError as error:
            if not self._ending.is_set():
                self._tell("error", f"it is not applied: {error}")
        except EndingError:
            return
        else:
            self._tell("apply", told)

    def _check(self) -> None:
        if self._ending.is_set():
            raise EndingError

    def _repeat(self) -> None:
        while not self._ending.wait(_LOOK_SECONDS):
            self.look()

    def _stamps(self, before: Stamps) -> Stamps:
        """Return the time and size of each file of HCL in the example and its local modules."""
        try:
            folders = local_modules(self._folder)
        except MwaaEcsError:
            # A file is half written, or has a mistake that Terraform names.
            folders = sorted({self._folder.resolve(), *(path.parent for path in before)})
        found: Stamps = {}
        for folder in folders:
            for pattern in _PATTERNS:
                for path in folder.glob(pattern):
                    try:
                        stat = path.stat()
                    except FileNotFoundError:  # an editor replaced it just now
                        continue
                    found[path] = (stat.st_mtime_ns, stat.st_size)
        return found

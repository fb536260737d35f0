"""Remembers the place of an environment's state, so that no state is left behind unnoticed.

Terraform notices a move only where the configuration has a `backend` block, and only for the
same data folder. `.mwaa-ecs/<environment>/state.json` has the last place, so a fresh checkout,
as in CI, has none.
"""

from __future__ import annotations

import json
import os
import shlex
from dataclasses import asdict, dataclass
from pathlib import Path

from mwaa_ecs.errors import UserError
from mwaa_ecs.files import read_text, write_whole

_FILE = "state.json"


@dataclass(frozen=True)
class Remembered:
    """The place of a state that has resources.

    Attributes:
        state: the backend's identity: a file, or s3://bucket/key.
        block: whether a `backend` block was declared, so that Terraform notices too.
        source: the environment's YAML, from the module's folder.
    """

    state: str
    block: bool
    source: str

    @property
    def holds_something(self) -> bool:
        """Whether the state has resources; true where it cannot be read from here."""
        if self.state.startswith("s3://"):
            return True
        try:
            return bool(json.loads(Path(self.state).read_bytes()).get("resources"))
        except FileNotFoundError:
            return False
        except (OSError, ValueError, AttributeError):
            # A state that cannot be read may have resources.
            return True


def remember(folder: Path, what: Remembered) -> None:
    """Record the place of an environment's state in its working folder `folder`."""
    write_whole(folder / _FILE, json.dumps(asdict(what), indent=2) + "\n", private=True)


def forget(folder: Path) -> None:
    """Delete the record of a state that has no resources any more."""
    (folder / _FILE).unlink(missing_ok=True)


def recall(folder: Path) -> Remembered | None:
    """Return the recorded state; None where there is no record."""
    text = read_text(folder / _FILE)
    try:
        data = json.loads(text) if text else {}
        return Remembered(str(data["state"]), bool(data["block"]), str(data["source"]))
    except (ValueError, KeyError, TypeError):
        return None


def refuse_a_move(name: str, folder: Path, now: Remembered) -> None:
    """Refuse another state in the YAML while the recorded one has resources.

    Raises:
        UserError: the state was moved in the YAML only; the message has the commands.
    """
    old = recall(folder)
    # With a backend block, Terraform itself compares and moves the state.
    if old is None or old.block or old.state == now.state or not old.holds_something:
        return
    if now.state.startswith("s3://") or now.block:
        how = (
            f"to go on there, move {old.state} away, run mwaa-ecs plan {name} once, then "
            f"terraform state push it as docs/environments.md says"
        )
    else:
        how = f"move it: mv {shlex.quote(old.state)} {shlex.quote(now.state)}"
    raise UserError(
        f"{name}: the state is {old.state}, and the YAML now says {now.state}, so that all "
        f"would be made a second time; {how}; or set the backend back"
    )


def orphans(
    top: Path, folder: Path, module: Path, now: Remembered
) -> list[tuple[str, Remembered]]:
    """Return the states with resources whose environments have no YAML any more.

    Args:
        top: the folder of all working folders.
        folder: the working folder of this environment.
        module: the module's folder.
    """
    found = []
    for path in sorted(top.glob(f"*/{_FILE}")):
        other = recall(path.parent) if path.parent != folder else None
        if (
            other is not None
            and other.state != now.state
            and not (module / other.source).exists()
            and other.holds_something
        ):
            found.append((path.parent.name, other))
    return found


def refuse_orphans(
    name: str, top: Path, source: Path, found: list[tuple[str, Remembered]]
) -> None:
    """Refuse a new state where an orphan may be this environment's under an old name.

    Raises:
        UserError: there is an orphan; the message has the way to keep its state.
    """
    if not found:
        return
    other, old = found[0]
    if old.state.startswith("s3://"):
        said = f"key: {old.state.removeprefix('s3://').partition('/')[2]}"
    else:
        said = f"path: {os.path.relpath(old.state, source.parent)}"
    raise UserError(
        f"{name}: nothing is rolled out yet, but {old.state} holds what was rolled out for "
        f"{other}, whose {Path(old.source).name} is gone. If {name} is {other} under a new "
        f"name, keep its state: write `backend: {{{said}}}` into {source.name}. If it is not, "
        f"bring {other} back and destroy it, or delete {top / other}, which remembers it"
    )

"""The full policy evaluator that everything here is held against: `iam-simulate`, from npm.

It is AGPL-3.0 and so a test-time tool only: pinned by simulator/package-lock.json, installed
into a cache folder outside the repository, run as a process of its own. Nothing of it is
imported by the package, or shipped.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from mwaa_ecs.iam.model import Need
from mwaa_ecs.sandbox.airflow.environment import cache_folder

_HERE = Path(__file__).resolve().parent / "simulator"
_LISTS = ("aws:tagkeys",)
"""Condition keys that have several values whatever their number."""

Document = Mapping[str, Any]


class SimulatorMissingError(Exception):
    """It cannot be run here. The text says why."""


@dataclass(frozen=True)
class Case:
    """A need, and the documents that judge it.

    principal: who asks: a session of a role, or a service.
    trust: the policy of what is asked for: a role's trust policy. A key has AWS's default one,
        which leaves it to the policies of the key's own account.
    """

    need: Need
    principal: str
    identity: Sequence[Document] = ()
    boundary: Document | None = None
    trust: Document | None = None


def judge(cases: Iterable[Case], *, strict: bool = False) -> list[str]:
    """A verdict a case: `Allowed`, `ImplicitlyDenied`, `ExplicitlyDenied` or `error: …`.

    strict: an action, a resource or a condition key that AWS does not know is an error.
    Raises SimulatorMissingError.
    """
    policies: dict[str, Document] = {}
    # Keyed by identity, because hundreds of cases have the same document.
    names: dict[int, str] = {}

    def name(document: Document) -> str:
        if id(document) not in names:
            names[id(document)] = f"policy{len(names)}"
            policies[names[id(document)]] = document
        return names[id(document)]

    asked = [
        {
            "principal": case.principal,
            "action": case.need.action,
            "resource": case.need.resource,
            "account": _account(case),
            "context": {
                key: list(values) if key.lower() in _LISTS or len(values) > 1 else values[0]
                for key, values in case.need.present.items()
            },
            "identity": [name(document) for document in case.identity],
            "boundary": name(case.boundary) if case.boundary is not None else None,
            "trust": name(trust) if (trust := _trust(case)) is not None else None,
        }
        for case in cases
    ]
    done = subprocess.run(
        ["node", str(_HERE / "judge.mjs"), str(installed())],
        input=json.dumps({"strict": strict, "policies": policies, "cases": asked}),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the simulator failed: {done.stderr}")
    verdicts: list[str] = json.loads(done.stdout)
    return verdicts


def _trust(case: Case) -> Document | None:
    if not case.need.action.startswith("kms:"):
        return case.trust
    return _key_policy((case.need.resource or "").split(":")[1], _account(case))


@cache
def _key_policy(partition: str, account: str) -> Document:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:{partition}:iam::{account}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def _account(case: Case) -> str:
    parts = (case.need.resource or "").split(":")
    if len(parts) > 5 and parts[4]:
        return parts[4]
    return case.principal.split(":")[4] if case.principal.startswith("arn:") else "123456789012"


@cache
def installed() -> Path:
    """The folder it is installed in; once a lock file. Raises SimulatorMissingError."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise SimulatorMissingError(f"{program} is not there: install Node.js 20 or newer")
    lock = (_HERE / "package-lock.json").read_bytes()
    folder = cache_folder() / f"policy-simulator-{hashlib.sha256(lock).hexdigest()[:12]}"
    if (folder / "ready").exists():
        return folder
    draft = folder.with_name(f"{folder.name}.{os.getpid()}")
    draft.mkdir(parents=True)
    try:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(_HERE / name, draft)
        done = subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=draft,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SimulatorMissingError(f"npm ci failed: {done.stderr.strip()[-500:]}")
        (draft / "ready").touch()
        if not folder.exists():
            draft.replace(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return folder

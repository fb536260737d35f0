"""What an environment's YAML says beside the module's inputs: where it is, and its state."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mwaa_ecs.environments.check import Checker
from mwaa_ecs.environments.fill import BUILT_IN, UNFILLED, Names
from mwaa_ecs.files import shown_name
from mwaa_ecs.hcl import AnyType, Attribute, MapType, ObjectType, Primitive, Type
from mwaa_ecs.problems import Problem, did_you_mean, listed, shortened
from mwaa_ecs.strict_yaml import Node

_STRING = Primitive("string")
_BOOL = Primitive("bool")

SETTINGS: Mapping[str, tuple[Type, str]] = {
    "region": (_STRING, "AWS region, e.g. eu-west-1."),
    "account_id": (_STRING, "AWS account: twelve digits, in quotes."),
    "profile": (_STRING, "Profile of the AWS configuration to take credentials from."),
    "role_arn": (_STRING, "Role to assume where the caller is in another account."),
    "backend": (
        ObjectType({}),
        "Where Terraform's state is: `type: local` (default) or `type: s3`.",
    ),
    "vars": (MapType(AnyType()), "Names of your own, filled in as ${name}."),
    "inputs": (ObjectType({}), "Values of the module's variables."),
}
"""The keys at the top of a file, with type and description; `backend` and `inputs` have their
own types further down."""

BACKENDS: Mapping[str, Mapping[str, tuple[Attribute, str]]] = {
    "local": {
        "path": (
            Attribute(_STRING, optional=True),
            "File of the state, from the YAML's folder. Default: <environment>.tfstate.",
        ),
    },
    "s3": {
        "bucket": (Attribute(_STRING), "Bucket of the state."),
        "key": (
            Attribute(_STRING, optional=True),
            "Key of the state. Default: mwaa-ecs/<environment>.tfstate.",
        ),
        "region": (
            Attribute(_STRING, optional=True),
            "Region of the bucket. Default: the environment's.",
        ),
        "encrypt": (Attribute(_BOOL, optional=True), "Encrypt the state. Default: true."),
        "kms_key_id": (Attribute(_STRING, optional=True), "Key that encrypts the state."),
        "use_lockfile": (
            Attribute(_BOOL, optional=True),
            "Lock the state by a file beside it. Default: true.",
        ),
        "profile": (
            Attribute(_STRING, optional=True),
            "Profile to reach the bucket with, where it is another account's.",
        ),
        "role_arn": (
            Attribute(_STRING, optional=True),
            "Role to reach the bucket with, where it is another account's.",
        ),
    },
}
"""By `type`, the keys of `backend` with their descriptions."""

REGION = re.compile(
    r"[a-z]{2,4}-(?:gov-|iso[a-z]?-|[a-z]{2}-)?(?:central|(?:north|south)(?:east|west)?|east|west)-[0-9]{1,2}"
)
ACCOUNT_ID = re.compile(r"[0-9]{12}")
_ROLE_ARN = re.compile(r"arn:[a-z-]+:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]+")
_PARTITIONS = (
    ("cn-", "aws-cn"),
    ("us-gov-", "aws-us-gov"),
    ("us-isob-", "aws-iso-b"),
    ("us-isof-", "aws-iso-f"),
    ("us-iso-", "aws-iso"),
    ("eu-isoe-", "aws-iso-e"),
    ("eusc-", "aws-eusc"),
)


def partition_of(region: str) -> str:
    """Return the partition that a region lies in, by its prefix."""
    return next((name for prefix, name in _PARTITIONS if region.startswith(prefix)), "aws")


@dataclass(frozen=True)
class Backend:
    """Where an environment's state is.

    Attributes:
        type: `local` or `s3`.
        settings: what `terraform init -backend-config` is given, strings and truths.
        node: where it is said, for messages.
    """

    type: str
    settings: Mapping[str, str | bool]
    node: Node

    @property
    def identity(self) -> str:
        """Where the state is, for people."""
        if self.type == "local":
            return str(self.settings["path"])
        return f"s3://{self.settings['bucket']}/{self.settings['key']}"

    @property
    def state(self) -> tuple[str, str]:
        """Two environments with the same one would write one state.

        The name of a bucket is taken once in a partition, and may be again in another.
        """
        region = "" if self.type == "local" else str(self.settings["region"])
        return partition_of(region), self.identity


@dataclass(frozen=True)
class Settings:
    """Where an environment is rolled out to, and with whose credentials."""

    region: str
    account_id: str
    backend: Backend
    profile: str | None = None
    role_arn: str | None = None

    @property
    def partition(self) -> str:
        """`aws`, `aws-us-gov` and so on."""
        return partition_of(self.region)


def check_keys(document: Node, report: Callable[[Problem], None]) -> None:
    """Report the keys at the top of a file that are unknown, and settings of the wrong type."""
    # A collection cannot come from a name, which stands for one text, number or truth value.
    checker = Checker(report, complete=False)
    open_checker = Checker(report, complete=False, open_references=True)
    for key, item in document.value.items():
        if key not in SETTINGS:
            what = f"unknown key; legal are {listed(SETTINGS)}{did_you_mean(key, SETTINGS)}"
            report(item.problem(key, what, key=True))
        elif key == "vars" and isinstance(item.value, dict):
            _check_vars(item, report)
        elif key in ("inputs", "backend", "vars"):
            checker.value(item, MapType(AnyType()), key)
        else:
            open_checker.value(item, SETTINGS[key][0], key)


def _check_vars(node: Node, report: Callable[[Problem], None]) -> None:
    for name, item in node.value.items():
        path = f"vars.{name}"
        if name in BUILT_IN:
            what = f"${{{name}}} is there already; take another name"
            report(item.problem(path, what, key=True))
        elif not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", name):
            what = "a name has letters, digits, _ and -, and begins with a letter or _"
            report(item.problem(path, what, key=True))
        if isinstance(item.value, dict | list):
            what = "a text, a number, true or false is wanted, no collection"
            report(item.problem(path, what))


def names_of(environment: str, document: Node, report: Callable[[Problem], None]) -> Names:
    """Return the names that an environment fills in."""
    given: dict[str, Any] = {"environment": environment}
    variables = document.value.get("vars")
    if variables is not None and isinstance(variables.value, dict):
        given |= {name: item for name, item in variables.value.items() if name not in BUILT_IN}
    for name in ("region", "account_id"):
        # Where it is missing, that is said once and not at each use.
        given[name] = document.value.get(name, UNFILLED)
    return Names(
        given,
        report,
        derived={"partition": ("region", partition_of)},
        taken=variables.taken if variables is not None else {},
    )


def read_settings(
    environment: str,
    document: Node,
    names: Names,
    folder: Path,
    report: Callable[[Problem], None],
    *,
    complete: bool = True,
) -> Settings | None:
    """Return an environment's settings; None where they are wrong, with every reason told."""
    reported: list[Problem] = []

    def tell(problem: Problem) -> None:
        reported.append(problem)
        report(problem)

    def text(name: str) -> str | None:
        node = document.value.get(name)
        if node is None:
            return None
        filled = names.fill(node, name)
        if filled.value is UNFILLED:
            # Filling has said why.
            reported.append(node.problem(name, ""))
            return None
        Checker(tell).value(filled, _STRING, name)
        return filled.value if isinstance(filled.value, str) else None

    region, account_id = text("region"), text("account_id")
    profile, role_arn = text("profile"), text("role_arn")
    if profile == "":
        tell(document.value["profile"].problem("profile", "it is empty; name a profile"))
    for name, value, pattern, wanted in (
        ("region", region, REGION, "an AWS region is wanted, e.g. eu-west-1"),
        ("account_id", account_id, ACCOUNT_ID, "an account has twelve digits"),
        ("role_arn", role_arn, _ROLE_ARN, "a role's ARN is wanted"),
    ):
        node = document.value.get(name)
        if node is None and name != "role_arn":
            # Of a file that could not be read, nothing can be said to be missing.
            if complete:
                # It stands nowhere: no line of the file is the wrong one.
                whole = Node({}, document.file, (0, 0), taken=document.taken)
                tell(whole.missing(name, name, f"it is missing; {wanted}"))
        elif value is not None and not pattern.fullmatch(value):
            count = f", this has {len(value)} characters" if name == "account_id" else ""
            tell(node.problem(name, f"{shortened(repr(value))}: {wanted}{count}"))
    backend = _read_backend(environment, document, names, folder, region, tell)
    if reported or backend is None or region is None or account_id is None:
        return None
    return Settings(region, account_id, backend, profile, role_arn)


def _read_backend(
    environment: str,
    document: Node,
    names: Names,
    folder: Path,
    region: str | None,
    report: Callable[[Problem], None],
) -> Backend | None:
    node = document.value.get("backend") or Node({}, document.file, document.place)
    if not isinstance(node.value, dict):
        return None
    filled = names.fill(node, "backend")
    kind_node = filled.value.get("type")
    kind = "local" if kind_node is None else kind_node.value
    if not isinstance(kind, str) or kind not in BACKENDS:
        if kind is not UNFILLED and kind_node is not None:
            quoted = shortened(repr(kind))
            what = f"{quoted}: legal are {listed(BACKENDS)}{did_you_mean(str(kind), BACKENDS)}"
            report(kind_node.problem("backend.type", what))
        return None
    reported: list[Problem] = []
    attributes = {name: attribute for name, (attribute, _) in BACKENDS[kind].items()}
    wanted = ObjectType({"type": Attribute(_STRING, optional=True), **attributes})
    Checker(reported.append).value(filled, wanted, "backend")
    for key, item in filled.value.items():
        if isinstance(item.value, str):
            why = _no_file(item.value) if key == "path" else "" if item.value else "it is empty"
            if why:
                reported.append(item.problem(f"backend.{key}", why))
    for problem in reported:
        report(problem)
    given = {key: item.value for key, item in filled.value.items() if key != "type"}
    if reported or UNFILLED in given.values():
        return None
    if kind == "local":
        path = folder / given.get("path", f"{environment}.tfstate")
        # Unlike Path.resolve, it can take links that lead in a circle.
        settings: dict[str, str | bool] = {"path": os.path.realpath(path)}
        if path.is_dir():
            place = filled.value.get("path", node)
            what = f"{shown_name(path)!r} is a folder; name a file"
            report(place.problem("backend.path", what))
            return None
    else:
        settings = {
            "key": f"mwaa-ecs/{environment}.tfstate",
            "region": region or "",
            "encrypt": True,
            "use_lockfile": True,
            **given,
        }
    return Backend(kind, settings, node)


def _no_file(path: str) -> str:
    """Return why a text cannot be the path of a file; empty where it can."""
    if not path:
        return "it is empty; name a file"
    if "\0" in path:
        return f"{path!r}: a path holds no zero byte"
    return f"{path!r} is a folder; name a file" if path.endswith("/") else ""

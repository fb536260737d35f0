"""An environment's settings beside the module's inputs: account, region, role and state."""

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
from mwaa_ecs.hcl import AnyType, Attribute, ListType, MapType, ObjectType, Primitive, Type
from mwaa_ecs.problems import Problem, shortened, suggestion
from mwaa_ecs.strict_yaml import Node, kind_of

_STRING = Primitive("string")
_BOOL = Primitive("bool")

LAYERS = "layers"
TASK_DEFAULTS = "task_defaults"

SETTINGS: Mapping[str, tuple[Type, str]] = {
    "region": (_STRING, "AWS region, e.g. eu-west-1."),
    "account_id": (_STRING, "AWS account: twelve digits, in quotes."),
    "profile": (_STRING, "Profile of the AWS configuration to take credentials from."),
    "role_arn": (_STRING, "Role to assume where the caller is in another account."),
    "backend": (
        ObjectType({}),
        "Where Terraform's state is: `type: local` (default) or `type: s3`.",
    ),
    "layers": (
        ListType(_STRING),
        "Files in layers/ between defaults.yaml and this one, the lowest first.",
    ),
    "vars": (MapType(AnyType()), "Your own names, filled in as ${name}."),
    "task_defaults": (ObjectType({}), "Values of every task, where the task sets none."),
    "inputs": (ObjectType({}), "Values of the module's variables."),
}
"""The keys at the top of a file, with type and description.

`BACKENDS` has the keys of `backend`; the module's variables are the keys of `inputs`.
"""

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
            "Lock the state by a file beside it. Default: true without dynamodb_table.",
        ),
        "dynamodb_table": (
            Attribute(_STRING, optional=True),
            "Table that locks the state, in place of the file.",
        ),
        "acl": (Attribute(_STRING, optional=True), "Canned ACL of the state's object."),
        **{
            key: (Attribute(_BOOL, optional=True), "Of Terraform's backend: default false.")
            for key in (
                "skip_credentials_validation",
                "skip_metadata_api_check",
                "skip_region_validation",
                "skip_requesting_account_id",
                "skip_s3_checksum",
                "use_path_style",
            )
        },
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
"""The keys of `backend` with their descriptions, by its `type`."""

_PROFILE = "credentials do not belong into a file; set profile or role_arn"
_ENDPOINT = "set AWS_ENDPOINT_URL_S3 in the shell"
_REFUSED = {
    "workspace_key_prefix": "workspaces are not used; set key to env:/<workspace>/<key>",
    "assume_role": "set role_arn",
    "assume_role_with_web_identity": "set AWS_WEB_IDENTITY_TOKEN_FILE in the shell",
    "access_key": _PROFILE,
    "secret_key": _PROFILE,
    "token": _PROFILE,
    "shared_config_files": "set AWS_CONFIG_FILE in the shell",
    "shared_credentials_file": "set AWS_SHARED_CREDENTIALS_FILE in the shell",
    "shared_credentials_files": "set AWS_SHARED_CREDENTIALS_FILE in the shell",
    "sse_customer_key": "set AWS_SSE_CUSTOMER_KEY in the shell",
    "endpoint": _ENDPOINT,
    "endpoints": _ENDPOINT,
    "dynamodb_endpoint": "set AWS_ENDPOINT_URL_DYNAMODB in the shell",
    "force_path_style": "set use_path_style",
}
"""Keys of Terraform's S3 backend that have another place here, with what to do."""

REGION = re.compile(
    r"[a-z]{2,4}-(?:gov-|iso[a-z]?-|[a-z]{2}-)?(?:central|(?:north|south)(?:east|west)?|east|west)-[0-9]{1,2}"
)
ACCOUNT_ID = re.compile(r"[0-9]{12}")
_EXAMPLE_ROLE = "arn:aws:iam::111111111111:role/deploy"
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
    """Return the partition of a region, which follows from its prefix."""
    return next((name for prefix, name in _PARTITIONS if region.startswith(prefix)), "aws")


@dataclass(frozen=True)
class Backend:
    """Where an environment's state is.

    Attributes:
        type: `local` or `s3`.
        settings: the arguments of `terraform init -backend-config`.
        node: its place in the YAML, for messages.
    """

    type: str
    settings: Mapping[str, str | bool]
    node: Node

    @property
    def identity(self) -> str:
        """The state's path or S3 address, for messages."""
        if self.type == "local":
            return str(self.settings["path"])
        return f"s3://{self.settings['bucket']}/{self.settings['key']}"

    @property
    def state(self) -> tuple[str, str]:
        """The identity of the state: environments with the same one write the same state.

        Another partition may have a bucket of the same name.
        """
        region = "" if self.type == "local" else str(self.settings["region"])
        return partition_of(region), self.identity


@dataclass(frozen=True)
class Settings:
    """The account and region of an environment, its state, and whose credentials it uses.

    Attributes:
        region: the AWS region.
        account_id: the AWS account.
        backend: where the state is.
        profile: the profile of the AWS configuration that has the credentials.
        role_arn: the role to assume where the caller is in another account.
    """

    region: str
    account_id: str
    backend: Backend
    profile: str | None = None
    role_arn: str | None = None

    @property
    def partition(self) -> str:
        """The partition of the region, e.g. `aws-us-gov`."""
        return partition_of(self.region)


def check_keys(document: Node, report: Callable[[Problem], None]) -> None:
    """Report unknown keys at the top of a file, and settings of the wrong type."""
    # A collection cannot come from a name, whose value is a string, number or boolean.
    checker = Checker(report, complete=False)
    open_checker = Checker(report, complete=False, open_references=True)
    for key, item in document.value.items():
        if key not in SETTINGS:
            what = f"unknown key{suggestion(key, SETTINGS, 'accepted keys')}"
            report(item.problem(key, what, key=True))
        elif key == "vars" and isinstance(item.value, dict):
            _check_vars(item, report)
        elif key == LAYERS:
            checker.value(item, SETTINGS[key][0], key)
        elif key in ("inputs", "backend", "vars", TASK_DEFAULTS):
            checker.value(item, MapType(AnyType()), key)
        else:
            open_checker.value(item, SETTINGS[key][0], key)


def _check_vars(node: Node, report: Callable[[Problem], None]) -> None:
    for name, item in node.value.items():
        path = f"vars.{name}"
        if name in BUILT_IN:
            what = f"${{{name}}} is a built-in name; use another"
            report(item.problem(path, what, key=True))
        elif not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", name):
            what = (
                "a name has only letters, digits, _ and -, and begins with a letter or _; "
                "rename it"
            )
            report(item.problem(path, what, key=True))
        if isinstance(item.value, dict | list):
            what = f"it is {kind_of(item.value)}; expected a string, a number, true or false"
            report(item.problem(path, what))


def names_of(environment: str, document: Node, report: Callable[[Problem], None]) -> Names:
    """Return the names that an environment fills in."""
    given: dict[str, Any] = {"environment": environment}
    variables = document.value.get("vars")
    if variables is not None and isinstance(variables.value, dict):
        given |= {name: item for name, item in variables.value.items() if name not in BUILT_IN}
    for name in ("region", "account_id"):
        # `read_settings` reports a missing setting once, so that its uses do not.
        given[name] = document.value.get(name, UNFILLED)
    return Names(
        given,
        report,
        derived={"partition": ("region", partition_of)},
        removed=variables.removed if variables is not None else {},
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
    """Return an environment's settings; None where they have problems, which are reported."""
    reported: list[Problem] = []
    nodes: dict[str, Node] = {}

    def tell(problem: Problem) -> None:
        reported.append(problem)
        report(problem)

    def text(name: str) -> str | None:
        node = document.value.get(name)
        if node is None:
            return None
        filled = names.fill(node, name)
        if filled.value is UNFILLED:
            # `fill` has reported the problem.
            reported.append(node.problem(name, ""))
            return None
        nodes[name] = filled
        Checker(tell).value(filled, _STRING, name)
        return filled.value if isinstance(filled.value, str) else None

    region, account_id = text("region"), text("account_id")
    profile, role_arn = text("profile"), text("role_arn")
    if profile == "":
        tell(nodes["profile"].problem("profile", "it is empty; name a profile"))
    for name, value, pattern, expected in (
        ("region", region, REGION, "an AWS region, e.g. eu-west-1"),
        ("account_id", account_id, ACCOUNT_ID, "twelve digits in quotes"),
        (
            "role_arn",
            role_arn,
            _ROLE_ARN,
            "a role's ARN, e.g. arn:aws:iam::111111111111:role/deploy",
        ),
    ):
        node = document.value.get(name)
        if node is None and name != "role_arn":
            # A file that could not be read may have the missing setting.
            if complete:
                # No line of the file is wrong, so the problem names the file alone.
                whole = Node({}, document.file, (0, 0), removed=document.removed)
                tell(whole.missing(name, name, f"it is missing; expected {expected}"))
        elif value is not None and not pattern.fullmatch(value):
            count = f", not {len(value)} characters" if name == "account_id" else ""
            what = f"{shortened(repr(value))}: expected {expected}{count}"
            tell(nodes[name].problem(name, what))
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
            accepted = suggestion(str(kind), BACKENDS, "accepted values")
            what = f"{shortened(repr(kind))} is not a type of backend{accepted}"
            report(kind_node.problem("backend.type", what))
        return None
    reported: list[Problem] = []
    attributes = {name: attribute for name, (attribute, _) in BACKENDS[kind].items()}
    expected = ObjectType({"type": Attribute(_STRING, optional=True), **attributes})
    for key, item in filled.value.items():
        if kind == "s3" and key in _REFUSED:
            what = f"it is not accepted here; {_REFUSED[key]}"
            reported.append(item.problem(f"backend.{key}", what, key=True))
    accepted_items = {
        k: v for k, v in filled.value.items() if kind != "s3" or k not in _REFUSED
    }
    Checker(reported.append).value(
        Node(accepted_items, filled.file, filled.place, filled.key_place, static=False),
        expected,
        "backend",
    )
    for key, item in filled.value.items():
        if isinstance(item.value, str):
            why = "" if item.value else "it is empty; set it, or remove the line"
            if key == "path":
                why = _why_not_a_file(item.value)
            if why:
                reported.append(item.problem(f"backend.{key}", why))
    for problem in reported:
        report(problem)
    given = {key: item.value for key, item in filled.value.items() if key != "type"}
    if reported or UNFILLED in given.values():
        return None
    if kind == "local":
        path = folder / given.get("path", f"{environment}.tfstate")
        # Path.resolve raises an error for links that lead in a circle; realpath does not.
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
            # Where a table locks the state, every other user of it needs no lock file.
            "use_lockfile": "dynamodb_table" not in given,
            **given,
        }
    return Backend(kind, settings, node)


def _why_not_a_file(path: str) -> str:
    """Return why a text is not the path of a file; empty where it is one."""
    if not path:
        return "it is empty; name a file"
    if "\0" in path:
        return f"{path!r}: a path cannot contain a zero byte; remove it"
    return f"{path!r} is a folder; name a file" if path.endswith("/") else ""

"""Policy documents, read strictly: an element that is not known here is an error."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from mwaa_ecs.iam.model import NotJudgedError

_DOCUMENT = frozenset({"Version", "Id", "Statement"})
_STATEMENT = frozenset(
    {"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"}
)
# The two versions differ in policy variables only, and these are not judged in either.
_VERSIONS = ("2012-10-17", "2008-10-17", None)


@dataclass(frozen=True, order=True)
class Condition:
    """`operator` on `key`: one line of a Condition block."""

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    """A statement of an identity policy.

    Attributes:
        effect: `Allow` or `Deny`.
        actions: the patterns of Action or NotAction.
        resources: the patterns of Resource or NotResource.
        conditions: the conditions; all of them must hold.
        not_actions: whether the statement is about all actions but `actions`.
        not_resources: whether the statement is about all resources but `resources`.
        sid: the statement's id, empty where it has none.
    """

    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()
    not_actions: bool = False
    not_resources: bool = False
    sid: str = ""


def parse_policy(document: str | Mapping[str, Any]) -> tuple[Statement, ...]:
    """Return the statements of an identity policy or a permissions boundary.

    Args:
        document: the policy as JSON, as percent-encoded JSON (IAM's own form), or decoded.

    Raises:
        NotJudgedError: it is not a policy, or has an element that is not known here.
    """
    data = read_document(document)
    _check_names("policy", data, _DOCUMENT)
    if data.get("Version") not in _VERSIONS:
        raise NotJudgedError(
            f"policy: Version is {data.get('Version')!r}; it must be {_VERSIONS[0]!r}"
        )
    return tuple(map(_statement, as_list(data.get("Statement"))))


def read_document(document: str | Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a policy document decoded.

    Raises:
        NotJudgedError: it is not a JSON object.
    """
    if not isinstance(document, str):
        return document
    text = unquote(document) if document.lstrip().startswith("%") else document
    try:
        data = json.loads(text)
    except ValueError as error:
        raise NotJudgedError(f"policy: it is not JSON: {error}") from None
    if not isinstance(data, dict):
        raise NotJudgedError("policy: it is not a JSON object")
    return data


def as_list(value: Any) -> list[Any]:
    """Return what a policy may write as one value or as a list of values, as a list."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _statement(data: Any) -> Statement:
    if not isinstance(data, dict):
        raise NotJudgedError(f"policy: the statement {data!r} is not a JSON object")
    sid = str(data.get("Sid", ""))
    what = f"policy statement {sid!r}"
    _check_names(what, data, _STATEMENT)
    if data.get("Effect") not in ("Allow", "Deny"):
        raise NotJudgedError(
            f"{what}: Effect is {data.get('Effect')!r}; it must be 'Allow' or 'Deny'"
        )
    for one in ("Action", "Resource"):
        if (one in data) == (f"Not{one}" in data):
            raise NotJudgedError(f"{what}: one of {one} and Not{one} is needed")
    return Statement(
        effect=data["Effect"],
        actions=_words(what, data.get("Action", data.get("NotAction"))),
        resources=_words(what, data.get("Resource", data.get("NotResource"))),
        conditions=_conditions(what, data.get("Condition", {})),
        not_actions="NotAction" in data,
        not_resources="NotResource" in data,
        sid=sid,
    )


def _conditions(what: str, block: Any) -> tuple[Condition, ...]:
    if not isinstance(block, dict) or not all(isinstance(one, dict) for one in block.values()):
        raise NotJudgedError(f"{what}: the Condition {block!r} is not an object of objects")
    return tuple(
        Condition(operator, key, _words(what, values))
        for operator, keys in block.items()
        for key, values in keys.items()
    )


def _check_names(what: str, data: Mapping[str, Any], known: frozenset[str]) -> None:
    if unknown := sorted(set(data) - known):
        raise NotJudgedError(f"{what}: {', '.join(unknown)} is not judged here")


def _words(what: str, value: Any) -> tuple[str, ...]:
    words = []
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, bool):
            words.append(str(one).lower())
        elif isinstance(one, str | int):
            words.append(str(one))
        else:
            raise NotJudgedError(f"{what}: {one!r} is not judged here")
    if not words:
        raise NotJudgedError(f"{what}: a list is empty")
    return tuple(words)

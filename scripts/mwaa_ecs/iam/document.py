"""A policy document, read strictly: an element that is not known here is an error."""

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
_VERSION = "2012-10-17"


@dataclass(frozen=True)
class Condition:
    """`operator` on `key`: one line of a Condition block."""

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    """A statement of an identity policy. `not_actions` and `not_resources` turn them round."""

    allows: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()
    not_actions: bool = False
    not_resources: bool = False
    sid: str = ""


def parse_policy(document: str | Mapping[str, Any]) -> tuple[Statement, ...]:
    """The statements of an identity policy or a permissions boundary. Raises NotJudgedError."""
    data = _read(document) if isinstance(document, str) else document
    _known("policy", data, _DOCUMENT)
    if data.get("Version") != _VERSION:
        raise NotJudgedError(
            f"policy: Version {data.get('Version')!r} is not judged, only {_VERSION!r}"
        )
    given = data.get("Statement", [])
    return tuple(map(_statement, given if isinstance(given, list) else [given]))


def _read(text: str) -> Mapping[str, Any]:
    # moto keeps some documents as they came, percent-encoded.
    text = unquote(text) if text.lstrip().startswith("%") else text
    try:
        data = json.loads(text)
    except ValueError as error:
        raise NotJudgedError(f"policy: it is no JSON: {error}") from None
    if not isinstance(data, dict):
        raise NotJudgedError("policy: it is no JSON object")
    return data


def _statement(data: Mapping[str, Any]) -> Statement:
    sid = str(data.get("Sid", ""))
    what = f"policy statement {sid!r}"
    _known(what, data, _STATEMENT)
    if data.get("Effect") not in ("Allow", "Deny"):
        raise NotJudgedError(f"{what}: Effect {data.get('Effect')!r}")
    for one in ("Action", "Resource"):
        if (one in data) == (f"Not{one}" in data):
            raise NotJudgedError(f"{what}: one of {one} and Not{one} is needed")
    return Statement(
        allows=data["Effect"] == "Allow",
        actions=_words(what, data.get("Action", data.get("NotAction"))),
        resources=_words(what, data.get("Resource", data.get("NotResource"))),
        conditions=tuple(
            Condition(operator, key, _words(what, values))
            for operator, keys in data.get("Condition", {}).items()
            for key, values in keys.items()
        ),
        not_actions="NotAction" in data,
        not_resources="NotResource" in data,
        sid=sid,
    )


def _known(what: str, data: Mapping[str, Any], legal: frozenset[str]) -> None:
    if unknown := sorted(set(data) - legal):
        raise NotJudgedError(f"{what}: {', '.join(unknown)} is not judged here")


def _words(what: str, value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    words = []
    for one in values:
        if isinstance(one, bool):
            words.append(str(one).lower())
        elif isinstance(one, str | int):
            words.append(str(one))
        else:
            raise NotJudgedError(f"{what}: {one!r} is not judged here")
    if not words:
        raise NotJudgedError(f"{what}: an empty list")
    return tuple(words)

"""Checks the contents of a saved plan against an environment.

The stamp in a plan's file can be edited. Terraform's part of the file is harder to edit, and
decides what `terraform apply` does: the backend that it writes to, the values of the variables,
and the account and region of its data sources.
"""

from __future__ import annotations

import json
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mwaa_ecs.environments.folder import Environment
from mwaa_ecs.errors import UserError

# Fields of `Plan` in Terraform's planfile.proto.
_VARIABLES = 2
_BACKEND = 13
_BYTES = 2


def check_contents(
    file: Path, raw: Mapping[str, Any], environment: Environment, has_block: bool, path: Path
) -> None:
    """Refuse a plan whose contents are not for this environment.

    Args:
        file: the plan.
        raw: the output of `terraform show -json`.
        environment: the environment that it must be for.
        has_block: whether the configuration declares a `backend` block. Without one, Terraform
            itself compares the state's lineage.
        path: the path that the user named.

    Raises:
        UserError: it has another account, region or state, or other values.
    """
    settings = environment.settings
    problems = [
        f"{what} {', '.join(sorted(found))}, and this is {wanted}"
        for what, wanted, found in (
            (
                "account",
                settings.account_id,
                _read(raw, ("aws_caller_identity",), "account_id"),
            ),
            ("region", settings.region, _read(raw, ("aws_region", "aws_service"), "region")),
        )
        if found and wanted not in found
    ]
    fields = _plan_fields(file)
    if has_block and not _is_backend(fields, settings.backend.type, settings.backend.settings):
        problems.append(f"another state, and this is {settings.backend.identity}")
    again = f"mwaa-ecs plan {environment.name} --out {path.name}"
    if problems:
        raise UserError(
            f"--plan: {path} is for {problems[0]}; nothing was changed. Make one with {again}"
        )
    others = _other_values(fields, raw, json.loads(environment.tfvars))
    if others:
        raise UserError(
            f"--plan: {path} was made with other values of {', '.join(others)} than the YAML "
            f"of {environment.name} has now; nothing was changed. Make one with {again}"
        )


def _other_values(
    fields: list[tuple[int, bytes]], raw: Mapping[str, Any], wanted: Mapping[str, Any]
) -> list[str]:
    """Return the variables whose values differ from the environment's."""
    given = {
        content.decode(errors="replace")
        for number, entry in fields
        if number == _VARIABLES
        for key, content in _fields(entry)
        if key == 1
    }
    known = raw.get("variables", {})
    return sorted(
        name
        for name in given | wanted.keys()
        if name not in given
        or name not in wanted
        or _composed(known.get(name, {}).get("value")) != _composed(wanted[name])
    )


def _composed(value: Any) -> Any:
    """Return a value with its strings in Unicode's composed form, as Terraform has them."""
    return json.loads(unicodedata.normalize("NFC", json.dumps(value, ensure_ascii=False)))


def _is_backend(
    fields: list[tuple[int, bytes]], kind: str, settings: Mapping[str, object]
) -> bool:
    """Return whether a plan's backend has a type and the settings that identify its state."""
    (backend, *_) = [content for number, content in fields if number == _BACKEND] or [b""]
    names = ("bucket", "key") if kind == "s3" else ("path",)
    return (1, kind.encode()) in list(_fields(backend)) and all(
        _packed(name) + _packed(str(settings[name])) in backend for name in names
    )


def _packed(text: str) -> bytes:
    """Return a text in MessagePack, the format of a backend's settings."""
    data = text.encode()
    if len(data) < 32:
        return bytes([0xA0 | len(data)]) + data
    if len(data) < 1 << 8:
        return b"\xd9" + len(data).to_bytes(1, "big") + data
    return b"\xda" + len(data).to_bytes(2, "big") + data


def _read(raw: Mapping[str, Any], kinds: tuple[str, ...], attribute: str) -> set[str]:
    """Return the values of an attribute in the data sources of some types."""

    def inside(module: Mapping[str, Any]) -> Iterator[str]:
        for resource in module.get("resources", []):
            if resource.get("mode") == "data" and resource.get("type") in kinds:
                value = resource.get("values", {}).get(attribute)
                if isinstance(value, str):
                    yield value
        for child in module.get("child_modules", []):
            yield from inside(child)

    return set(inside(raw.get("prior_state", {}).get("values", {}).get("root_module", {})))


def _plan_fields(file: Path) -> list[tuple[int, bytes]]:
    """Return the fields of Terraform's part of a plan's file; empty where it has none."""
    try:
        with zipfile.ZipFile(file) as archive:
            return list(_fields(archive.read("tfplan")))
    except (OSError, KeyError, IndexError, zipfile.BadZipFile):
        return []


def _fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield number and content of the bytes fields of a protobuf message."""
    place = 0

    def number() -> int:
        nonlocal place
        found = shift = 0
        while True:
            byte = message[place]
            place += 1
            found |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return found

    while place < len(message):
        key = number()
        kind = key & 7
        if kind == 0:
            number()
        elif kind == _BYTES:
            length = number()
            yield key >> 3, message[place : place + length]
            place += length
        else:
            # Fixed 64 or 32 bits.
            place += 8 if kind == 1 else 4

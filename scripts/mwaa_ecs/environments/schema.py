"""The JSON Schema of an environment's file, derived from the module's variables.

Editors complete and check the YAML with it. The schema requires no key, because another file
may set it; `render` checks required keys after merging the files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mwaa_ecs.environments.documents import TASKS
from mwaa_ecs.environments.module import Module
from mwaa_ecs.environments.settings import (
    ACCOUNT_ID,
    BACKENDS,
    REGION,
    SETTINGS,
    TASK_DEFAULTS,
)
from mwaa_ecs.errors import UserError
from mwaa_ecs.hcl import (
    AnyType,
    ListType,
    MapType,
    ObjectType,
    Primitive,
    TupleType,
    Type,
    Variable,
)

DIALECT = "http://json-schema.org/draft-07/schema#"

# Where the schema of a task stands in the schema of an environment.
_A_TASK = f"#/properties/inputs/properties/{TASKS}/additionalProperties"
_REFERENCE = {"type": "string", "pattern": r"^\$\{\s*[A-Za-z_][A-Za-z0-9_-]*\s*\}$"}
_NAMES = {"string": "string", "number": "number", "bool": "boolean"}
_BULLET = re.compile(r"^\s*- (.*(?:\n(?!\s*- )\s+.*)*)", re.M)


def environment_schema(module: Module) -> dict[str, Any]:
    """Return the schema of defaults.yaml and of an environment's file."""
    properties: dict[str, Any] = {
        name: _described(_schema(kind), text) for name, (kind, text) in SETTINGS.items()
    }
    properties["region"]["anyOf"] = [{"pattern": f"^{REGION.pattern}$"}, {"pattern": r"\$\{"}]
    properties["account_id"]["anyOf"] = [
        {"pattern": f"^{ACCOUNT_ID.pattern}$"},
        {"pattern": r"\$\{"},
    ]
    scalar = ["string", "number", "boolean", "null"]
    properties["vars"]["additionalProperties"] = {"type": scalar}
    properties["backend"] = _described(_backend(), SETTINGS["backend"][1])
    properties["inputs"] = _described(
        {
            "type": ["object", "null"],
            "additionalProperties": False,
            "properties": {
                name: variable_schema(variable) for name, variable in module.variables.items()
            },
        },
        SETTINGS["inputs"][1],
    )
    tasks = module.variables.get(TASKS)
    if tasks is not None and isinstance(tasks.type, MapType):
        properties[TASK_DEFAULTS] = _described(
            {"allOf": [{"$ref": _A_TASK}]}, SETTINGS[TASK_DEFAULTS][1]
        )
    else:
        del properties[TASK_DEFAULTS]
    return {
        "$schema": DIALECT,
        "title": "An environment of mwaa-ecs",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }


def task_schema(module: Module) -> dict[str, Any]:
    """Return the schema of a file in tasks/.

    Raises:
        UserError: the module has no variable `tasks` that is a map.
    """
    variable = module.variables.get(TASKS)
    if variable is None or not isinstance(variable.type, MapType):
        raise UserError(
            f"{module.folder}: it has no variable 'tasks' that is a map; --task needs one"
        )
    schema = variable_schema(variable)["additionalProperties"]
    return {"$schema": DIALECT, "title": "A task of mwaa-ecs", **schema, "type": "object"}


def variable_schema(variable: Variable) -> dict[str, Any]:
    """Return the schema of one variable's value."""
    schema = _schema(variable.type, _bullets(variable.description))
    if not variable.required:
        schema["default"] = variable.default
    text = variable.description
    return _described(schema, f"{text}\n(required)" if variable.required else text)


def _described(schema: dict[str, Any], text: str) -> dict[str, Any]:
    return {"description": text, **schema} if text else schema


def _schema(kind: Type, texts: Mapping[str, str] | None = None) -> dict[str, Any]:
    texts = texts or {}
    if isinstance(kind, Primitive):
        if kind.name == "string":
            return {"type": ["string", "null"]}
        # A name may set a number: `cpu: ${cpu}`.
        return {"anyOf": [{"type": [_NAMES[kind.name], "null"]}, _REFERENCE]}
    if isinstance(kind, ListType):
        return {"type": ["array", "null"], "items": _element(kind.element, texts)}
    if isinstance(kind, TupleType):
        size = len(kind.elements)
        return {
            "type": ["array", "null"],
            "items": [_element(element, {}) for element in kind.elements],
            "minItems": size,
            "maxItems": size,
        }
    if isinstance(kind, MapType):
        element = _schema(kind.element, texts)
        return {"type": ["object", "null"], "additionalProperties": element}
    if isinstance(kind, ObjectType):
        return _object(kind, texts)
    assert isinstance(kind, AnyType)
    return {}


def _element(kind: Type, texts: Mapping[str, str]) -> dict[str, Any]:
    """Return the schema of a list's element, which cannot be null."""
    schema = _schema(kind, texts)
    if isinstance(schema.get("type"), list):
        schema["type"] = schema["type"][0]
    elif "anyOf" in schema:
        schema["anyOf"] = [{"type": schema["anyOf"][0]["type"][0]}, _REFERENCE]
    return schema


def _object(kind: ObjectType, texts: Mapping[str, str]) -> dict[str, Any]:
    properties = {}
    for name, attribute in kind.attributes.items():
        schema = _schema(attribute.type, texts)
        if attribute.has_default:
            schema["default"] = attribute.default
        text = texts.get(name, "")
        if not attribute.optional:
            text = f"{text}\n(required)" if text else "(required)"
        properties[name] = _described(schema, text)
    return {"type": ["object", "null"], "additionalProperties": False, "properties": properties}


def _bullets(description: str) -> dict[str, str]:
    """Return each attribute's text from a description's bullets, e.g. "- `cpu`: ..."."""
    found: dict[str, str] = {}
    for bullet in _BULLET.findall(description):
        text = " ".join(bullet.split())
        for sentence in re.split(r"(?<=[.;])\s+(?=`)", text):
            lead = sentence.partition(":")[0]
            for name in re.findall(r"`([a-z_0-9]+)`", lead):
                found.setdefault(name, sentence)
    return found


def _backend() -> dict[str, Any]:
    return {
        "type": ["object", "null"],
        "additionalProperties": False,
        "properties": {
            "type": {"enum": [*BACKENDS, None]},
            **{
                name: _described(_schema(attribute.type), f"{kind}: {text}")
                for kind, attributes in BACKENDS.items()
                for name, (attribute, text) in attributes.items()
            },
        },
    }

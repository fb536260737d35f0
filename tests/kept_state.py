"""States as Terraform keeps them, for what an earlier apply has created."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any


def kept(module: str, address: str, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a resource as a state keeps it.

    Args:
        module: the module instance that it is in.
        address: `kind.name`, with `[0]` or `["key"]` for one of several.
        attributes: those that matter, with the id.
    """
    found = re.fullmatch(r"(\w+)\.(\w+)(?:\[(.+)\])?", address)
    assert found is not None, address
    kind, name, index = found.groups()
    source = (
        "terraform.io/builtin/terraform"
        if kind == "terraform_data"
        else "registry.terraform.io/hashicorp/aws"
    )
    instance: dict[str, Any] = {"attributes": dict(attributes)}
    if index is not None:
        instance["index_key"] = json.loads(index)
    return {
        "module": f"module.{module}",
        "mode": "managed",
        "type": kind,
        "name": name,
        "provider": f'provider["{source}"]',
        "instances": [instance],
    }


def state_of(resources: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return a state with these resources."""
    return {"version": 4, "serial": 1, "lineage": "earlier", "resources": list(resources)}

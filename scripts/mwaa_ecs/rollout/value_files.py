"""Refuses files of values that Terraform would load beside the YAML."""

from __future__ import annotations

from mwaa_ecs.environments.module import Module
from mwaa_ecs.errors import UserError

_LOADED = ("terraform.tfvars", "terraform.tfvars.json", "*.auto.tfvars", "*.auto.tfvars.json")


def refuse_other_values(module: Module) -> None:
    """Refuse files of values that Terraform loads by their names, whatever the environment.

    Raises:
        UserError: there are such files in the module's folder.
    """
    found = sorted(path.name for pattern in _LOADED for path in module.folder.glob(pattern))
    if found:
        raise UserError(
            f"{module.folder}: Terraform would load {', '.join(found)} into every environment; "
            "put the values under inputs in defaults.yaml or an environment's YAML, and delete "
            "the file or give it another name"
        )

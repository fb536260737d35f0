"""Finds the `terraform` program and refuses one that is too old."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

from mwaa_ecs.errors import UserError
from mwaa_ecs.processes import run
from mwaa_ecs.terraform.shell_variables import variables_to_unset

# The same bound as `required_version` in the root's versions.tf; a test holds them together.
MINIMUM_VERSION = (1, 9, 0)

_INSTALL = "Install it from https://developer.hashicorp.com/terraform/install"


PROGRAM_VARIABLE = "MWAA_ECS_TERRAFORM"
"""Environment variable with the program to use: a path, or a name on PATH."""

TESTED_VERSIONS = ("1.9.8", "1.11.4", "1.15.5")
"""The versions that the tests run; `make test-versions` runs the first and the last."""


def terraform_name() -> str:
    """Return the program that is asked for; else terraform, else tofu where only that is."""
    named = os.environ.get(PROGRAM_VARIABLE)
    if named:
        return named
    return "tofu" if not shutil.which("terraform") and shutil.which("tofu") else "terraform"


# `terraform version` takes 0.1 s or more, and each object of `Terraform` needs the path.
@cache
def find_terraform(name: str | None = None) -> Path:
    """Return the absolute path of the Terraform program `name`.

    Args:
        name: a path, or a name on PATH; default is that of `terraform_name`.

    Raises:
        UserError: it is not on PATH, does not run, or is older than `MINIMUM_VERSION`.
    """
    minimum = ".".join(map(str, MINIMUM_VERSION))
    name = name or terraform_name()
    found = shutil.which(name)
    if found is None:
        raise UserError(
            f"Terraform: no program named {name!r} on PATH; "
            f"version {minimum} or newer is required. "
            f"{_INSTALL}"
        )
    try:
        unset = variables_to_unset(os.environ)
        done = run(
            [found, "version", "-json"],
            env={name: value for name, value in os.environ.items() if name not in unset},
            timeout=60,
            # A guard process takes longer to start than `terraform version` takes to end.
            ends_with_us=False,
        )
        version = json.loads(done.stdout)["terraform_version"]
        numbers = tuple(int(part) for part in re.findall(r"\d+", version)[:3])
    except (OSError, ValueError, KeyError, subprocess.TimeoutExpired):
        if Path(found).with_name("terraform-bin").exists():
            raise UserError(
                f"Terraform: {found} is the wrapper of hashicorp/setup-terraform, which "
                "changes what Terraform prints; set terraform_wrapper: false in that step"
            ) from None
        raise UserError(
            f"Terraform: {found} does not answer `version -json` as Terraform "
            f"{minimum} or newer does. {_INSTALL}"
        ) from None
    if numbers < MINIMUM_VERSION:
        raise UserError(
            f"Terraform: {found} is version {version}; {minimum} or newer is required. "
            f"{_INSTALL}"
        )
    return Path(found).absolute()


def describe_terraform() -> str:
    """Return one line on the program that is used: name, version, place, and what is tested.

    Raises:
        UserError: as `find_terraform`.
    """
    program = find_terraform()
    done = run([str(program), "version"], env=os.environ, timeout=60, ends_with_us=False)
    tested = ", ".join(TESTED_VERSIONS)
    return (
        f"{done.stdout.partition(chr(10))[0]}: {program} "
        f"(tested with Terraform {tested}; OpenTofu is not tested)"
    )

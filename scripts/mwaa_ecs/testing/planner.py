"""Plans an environment on a copy of its configuration, from an empty state, with tftest."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import tftest

from mwaa_ecs.environments import Environment, Module
from mwaa_ecs.errors import OperationError
from mwaa_ecs.plan import Plan
from mwaa_ecs.processes import run
from mwaa_ecs.rollout.value_files import refuse_other_values
from mwaa_ecs.terraform import find_terraform, variables_to_unset
from mwaa_ecs.terraform.configuration import copy_configuration, copy_lock, keep_state_here
from mwaa_ecs.testing.contracts import expose_contracts
from mwaa_ecs.testing.kept import KeptPlans

_SECONDS = 300


def plan_on_a_copy(
    environment: Environment,
    module: Module,
    target: Path,
    environ: Callable[[], Mapping[str, str | None]],
    kept: KeptPlans | None = None,
) -> Plan:
    """Return the plan of an environment with an empty state.

    Args:
        environment: the environment to plan.
        module: the root configuration that it is planned with.
        target: an empty folder for the copy; tftest cleans up in it, and never elsewhere.
        environ: returns what is added to this process's environment; None unsets a variable.
        kept: plans of earlier test runs; None where a plan depends on more than files.

    Raises:
        UserError: the module's folder has files of values beside the YAML.
        OperationError: Terraform refuses to plan it.
    """
    refuse_other_values(module)
    folder = copy_configuration(module.folder, target)
    copy_lock(module.folder, folder, hashes=True)
    # The real state is neither read nor locked.
    keep_state_here(folder)
    key = kept.key(target, environment.tfvars) if kept is not None else ""
    terraform = _Terraform(environment, folder, environ)
    found = kept.read(key) if kept is not None else None
    if found is None:
        found = {"plan": terraform.plan()}
        _keep(kept, environment.name, key, found)

    def kinds() -> frozenset[str]:
        if "kinds" not in found:
            found["kinds"] = terraform.kinds()
            _keep(kept, environment.name, key, found)
        return frozenset(found["kinds"])

    settings = environment.settings
    return Plan(
        found["plan"],
        kinds=kinds,
        about={
            "environment": environment.name,
            "region": settings.region,
            "account_id": settings.account_id,
        },
    )


def _keep(kept: KeptPlans | None, name: str, key: str, found: dict[str, Any]) -> None:
    if kept is not None:
        kept.write(name, key, found)


class _Terraform:
    """Terraform in the copy of a configuration, which is initialised when it is needed."""

    def __init__(
        self,
        environment: Environment,
        folder: Path,
        environ: Callable[[], Mapping[str, str | None]],
    ) -> None:
        self._environment = environment
        self._folder = folder
        self._environ = environ

    @cached_property
    def _ready(self) -> tftest.TerraformTest:
        terraform = tftest.TerraformTest(str(self._folder))
        for name, value in {**variables_to_unset(os.environ), **self._environ()}.items():
            if value is None:
                terraform.env.pop(name, None)
            else:
                terraform.env[name] = value
        terraform.setup()
        return terraform

    def plan(self) -> dict[str, Any]:
        """Return the plan, as `terraform show -json` gives it."""
        name = self._environment.name
        var_file = self._folder / f"{name}.tfvars.json"
        var_file.write_text(self._environment.tfvars, encoding="utf-8")
        try:
            terraform = self._ready
            expose_contracts(self._folder)
            return dict(terraform.plan(output=True, tf_var_file=str(var_file)))
        except tftest.TerraformTestError as error:
            raise OperationError(f"{name} cannot be planned: {error}") from None

    def kinds(self) -> list[str]:
        """Return the types of resources that the providers have, which takes seconds."""
        try:
            environ = self._ready.env
            done = run(
                [str(find_terraform()), "providers", "schema", "-json"],
                cwd=self._folder,
                env=environ,
                timeout=_SECONDS,
            )
            providers = json.loads(done.stdout).get("provider_schemas", {}).values()
        except (tftest.TerraformTestError, ValueError) as error:
            name = self._environment.name
            raise OperationError(
                f"{name}: its types of resources cannot be read: {error}"
            ) from None
        return sorted({kind for one in providers for kind in one.get("resource_schemas", {})})

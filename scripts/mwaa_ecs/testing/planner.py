"""Plans an environment on a copy of its configuration, from an empty state, with tftest."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import tftest

from mwaa_ecs.environments import Environment, Module
from mwaa_ecs.errors import OperationError
from mwaa_ecs.plan import Plan
from mwaa_ecs.rollout.value_files import refuse_other_values
from mwaa_ecs.terraform import variables_to_unset
from mwaa_ecs.terraform.configuration import copy_configuration, copy_lock, keep_state_here


def plan_on_a_copy(
    environment: Environment,
    module: Module,
    target: Path,
    environ: Mapping[str, str | None],
) -> Plan:
    """Return the plan of an environment with an empty state.

    Args:
        environment: the environment to plan.
        module: the root configuration that it is planned with.
        target: an empty folder for the copy; tftest cleans up in it, and never elsewhere.
        environ: added to this process's environment; None unsets a variable.

    Raises:
        UserError: the module's folder has files of values beside the YAML.
        OperationError: Terraform refuses to plan it.
    """
    refuse_other_values(module)
    folder = copy_configuration(module.folder, target)
    copy_lock(module.folder, folder, hashes=True)
    # The real state is neither read nor locked.
    keep_state_here(folder)
    var_file = folder / f"{environment.name}.tfvars.json"
    var_file.write_text(environment.tfvars, encoding="utf-8")
    terraform = tftest.TerraformTest(str(folder))
    for name, value in {**variables_to_unset(os.environ), **environ}.items():
        if value is None:
            terraform.env.pop(name, None)
        else:
            terraform.env[name] = value
    try:
        terraform.setup()
        return Plan(dict(terraform.plan(output=True, tf_var_file=str(var_file))))
    except tftest.TerraformTestError as error:
        raise OperationError(f"{environment.name} cannot be planned: {error}") from None

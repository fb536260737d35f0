"""Runs Terraform for a user.

`Terraform` is a small class over python-terraform. No other part of this package starts
Terraform.
"""

from mwaa_ecs.terraform.binary import (
    MINIMUM_VERSION,
    PROGRAM_VARIABLE,
    TESTED_VERSIONS,
    describe_terraform,
    find_terraform,
)
from mwaa_ecs.terraform.errors import Diagnostic, TerraformError, TerraformInterrupted
from mwaa_ecs.terraform.outcome import Outcome, read_outcome
from mwaa_ecs.terraform.process import Event, Recorder, Written, read_event
from mwaa_ecs.terraform.providers import provider_environment, provider_variables
from mwaa_ecs.terraform.rescue import ERRORED, is_state, mark
from mwaa_ecs.terraform.runner import Output, Terraform
from mwaa_ecs.terraform.shell_variables import VARIABLE_PREFIX, variables_to_unset

__all__ = [
    "ERRORED",
    "MINIMUM_VERSION",
    "PROGRAM_VARIABLE",
    "TESTED_VERSIONS",
    "VARIABLE_PREFIX",
    "Diagnostic",
    "Event",
    "Outcome",
    "Output",
    "Recorder",
    "Terraform",
    "TerraformError",
    "TerraformInterrupted",
    "Written",
    "describe_terraform",
    "find_terraform",
    "is_state",
    "mark",
    "provider_environment",
    "provider_variables",
    "read_event",
    "read_outcome",
    "variables_to_unset",
]

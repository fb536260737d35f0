"""The one place that runs Terraform for a user.

`Terraform` is a small class over python-terraform; nothing else in this package calls either.
"""

from mwaa_ecs.terraform.binary import MINIMUM_VERSION, find_terraform
from mwaa_ecs.terraform.environ import VARIABLES, foreign
from mwaa_ecs.terraform.errors import Diagnostic, TerraformError, TerraformInterrupted
from mwaa_ecs.terraform.process import Event
from mwaa_ecs.terraform.providers import provider_environment
from mwaa_ecs.terraform.rescue import ERRORED, is_state
from mwaa_ecs.terraform.runner import Output, Terraform

__all__ = [
    "ERRORED",
    "MINIMUM_VERSION",
    "VARIABLES",
    "Diagnostic",
    "Event",
    "Output",
    "Terraform",
    "TerraformError",
    "TerraformInterrupted",
    "find_terraform",
    "foreign",
    "is_state",
    "provider_environment",
]

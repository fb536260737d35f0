"""The one place that runs Terraform for a user.

`Terraform` is a small class over python-terraform; nothing else in this package calls either.
"""

from mwaa_ecs.terraform.binary import MINIMUM_VERSION, find_terraform
from mwaa_ecs.terraform.providers import provider_environment
from mwaa_ecs.terraform.runner import Diagnostic, Event, Terraform, TerraformError

__all__ = [
    "MINIMUM_VERSION",
    "Diagnostic",
    "Event",
    "Terraform",
    "TerraformError",
    "find_terraform",
    "provider_environment",
]

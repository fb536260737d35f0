"""Finds attributes that Terraform drops without a word, because an object type lacks them."""

from mwaa_ecs.lint.calls import Linted, lint, terraform_loads
from mwaa_ecs.lint.versions import other_versions
from mwaa_ecs.lint.walk import Finding

__all__ = ["Finding", "Linted", "lint", "other_versions", "terraform_loads"]

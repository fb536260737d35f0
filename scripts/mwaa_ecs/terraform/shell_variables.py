"""What of a user's shell must not reach Terraform."""

from __future__ import annotations

from collections.abc import Mapping

# They would make it work on another state, take other options, or plan with values that stand
# in no file: a variable's value must not depend on whose shell it is.
_FOREIGN = ("TF_WORKSPACE", "TF_CLI_ARGS", "TF_DATA_DIR", "TF_VAR_")
VARIABLE_PREFIX = "TF_VAR_"


def variables_to_unset(environ: Mapping[str, str]) -> dict[str, str | None]:
    """Return the variables of `environ` to unset for Terraform, each with None."""
    return {name: None for name in environ if name.startswith(_FOREIGN)}

"""Variables of a user's shell that must not reach Terraform."""

from __future__ import annotations

from collections.abc import Mapping

# These variables change the state, the options or the values of a run, which must not depend on
# the shell that starts it.
_FOREIGN = ("TF_WORKSPACE", "TF_CLI_ARGS", "TF_DATA_DIR", "TF_VAR_")
VARIABLE_PREFIX = "TF_VAR_"


def variables_to_unset(environ: Mapping[str, str]) -> dict[str, str | None]:
    """Return the variables of `environ` to unset for Terraform, each with the value None."""
    return {name: None for name in environ if name.startswith(_FOREIGN)}

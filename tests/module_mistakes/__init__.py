"""Tables of the mistakes that preconditions, postconditions and checks report, by module.

Each needs a message with field, value and what to do.
"""

from __future__ import annotations

from typing import Any

import variable_mistakes
from module_mistakes.account import create_faults
from module_mistakes.dags import DAGS, FILES
from module_mistakes.mistake import Message, Mistakes, filled
from module_mistakes.mwaa_environment import MWAA_ENVIRONMENT
from module_mistakes.network import NETWORK
from module_mistakes.places import PLACES
from module_mistakes.sizes import SIZES

__all__ = ["ACCEPTED", "FILES", "MISTAKES", "Message", "Mistakes", "create_faults", "filled"]

ACCEPTED: dict[str, dict[str, Any]] = {
    **variable_mistakes.ACCEPTED,
    "mwaa-environment": {
        "name": "demo",
        "subnet_ids": ["$first", "$second"],
        "bucket": {"existing": {"arn": "arn:aws:s3:::$bucket"}},
        "execution_role": {"existing": {"arn": "$mwaa_role"}},
    },
}
"""Accepted values of the required inputs, by module."""

MISTAKES = [*SIZES, *DAGS, *MWAA_ENVIRONMENT, *NETWORK, *PLACES]

"""The access keys of a run."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass, field

_PREFIX = "MWAAECS"
# moto expects twenty capital letters and digits.
_LENGTH = 20


@dataclass(frozen=True)
class Keys:
    """An access key id and its secret; they belong to no role and may do everything."""

    access_key_id: str
    secret_access_key: str = field(repr=False)


def new_keys() -> Keys:
    """Return random keys."""
    letters = string.ascii_uppercase + string.digits
    rest = "".join(secrets.choice(letters) for _ in range(_LENGTH - len(_PREFIX)))
    return Keys(_PREFIX + rest, secrets.token_urlsafe(30))

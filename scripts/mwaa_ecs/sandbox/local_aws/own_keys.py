"""The run's own keys, a pair for each account."""

from __future__ import annotations

from typing import Any

from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID
from moto.iam.models import AccessKey

from mwaa_ecs.sandbox.authorization.principals import Key
from mwaa_ecs.sandbox.keys import Keys, new_keys
from mwaa_ecs.sandbox.place import Place


class OwnKeys:
    """The keys with which the local AWS's services call it; they may do everything.

    Attributes:
        default: the keys of the default account, which a user has too.
    """

    def __init__(self) -> None:
        self.default = new_keys()
        self._found = {self.default.access_key_id: Key(self.default.secret_access_key)}
        self._others: dict[str, AccessKey] = {}

    def of(self, place: Place) -> Keys:
        """Return the keys of a place's account."""
        if place.account_id == str(DEFAULT_ACCOUNT_ID):
            return self.default
        key = self._others.setdefault(
            place.account_id, AccessKey(None, "ASIA", place.account_id)
        )
        # moto finds a request's account by its key, and forgets the key with a reset.
        known: dict[str, Any] = get_backend("iam")[place.account_id][
            place.partition
        ].access_keys
        known[key.access_key_id] = key
        self._found[key.access_key_id] = Key(key.secret_access_key)
        return Keys(key.access_key_id, key.secret_access_key)

    def find(self, access_key_id: str) -> Key | None:
        """Return one of these keys by its id; None for another id."""
        return self._found.get(access_key_id)

"""Values of which Terraform knows some parts only after apply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, overload

from mwaa_ecs.errors import OperationError


class UnknownValueError(OperationError):
    """The value is known only after apply."""


def known_part(value: Any, unknown: Any, where: str) -> Any:
    """Return a value whose unknown parts raise an error; the value itself if all is known.

    Args:
        value: the value; parts that are unknown are missing or None.
        unknown: which are unknown, in the form of Terraform's `after_unknown`.
        where: the value's place, for messages.

    Raises:
        UnknownValueError: the value as a whole is known only after apply.
    """
    if not any_true(unknown):
        return value
    if isinstance(unknown, dict) and isinstance(value, dict):
        return PartlyKnown(value, unknown, where)
    if isinstance(unknown, list) and isinstance(value, list):
        return _PartlyKnownList(value, unknown, where)
    raise UnknownValueError(f"{where} is known only after apply")


class PartlyKnown(Mapping[str, Any]):
    """A mapping whose unknown parts raise `UnknownValueError`; see `known_part`."""

    def __init__(self, values: Mapping[str, Any], unknown: Any, where: str) -> None:
        self._values = values
        self._unknown = unknown
        self._where = where

    def __getitem__(self, key: str) -> Any:
        """Return a value.

        Raises:
            UnknownValueError: it is known only after apply.
            KeyError: there is none.
        """
        self._stop_if_unknown()
        unknown = self._unknown.get(key)
        if any_true(unknown):
            return known_part(self._values.get(key), unknown, f"{self._where}: {key}")
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        self._stop_if_unknown()
        return iter({**self._values, **self._unknown})

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, key: object) -> bool:
        return key in set(self)

    def __repr__(self) -> str:
        return f"<{self._where}>"

    def _stop_if_unknown(self) -> None:
        if self._unknown is True:
            raise UnknownValueError(f"{self._where} is known only after apply")


class _PartlyKnownList(Sequence[Any]):
    """A list whose unknown elements raise `UnknownValueError`; its length is known."""

    def __init__(self, values: list[Any], unknown: list[Any], where: str) -> None:
        self._values = values
        self._unknown = unknown
        self._where = where

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> list[Any]: ...
    def __getitem__(self, index: int | slice) -> Any:
        """Return an element.

        Raises:
            UnknownValueError: it is known only after apply.
            IndexError: there is none.
        """
        numbers = range(max(len(self._values), len(self._unknown)))
        if isinstance(index, slice):
            return [self[number] for number in numbers[index]]
        number = numbers[index]
        value = self._values[number] if number < len(self._values) else None
        unknown = self._unknown[number] if number < len(self._unknown) else None
        return known_part(value, unknown, f"{self._where}.{number}")

    def __len__(self) -> int:
        return max(len(self._values), len(self._unknown))

    def __eq__(self, other: object) -> bool:
        return list(self) == other

    def __repr__(self) -> str:
        return f"<{self._where}>"


def any_true(value: Any) -> bool:
    """Return whether `after_unknown` or `after_sensitive` of a value has a true part."""
    if isinstance(value, dict):
        return any(map(any_true, value.values()))
    if isinstance(value, list):
        return any(map(any_true, value))
    return value is True

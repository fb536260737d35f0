"""Values that no log, rendered field or traceback may show."""

from __future__ import annotations

from typing import Any


class Hidden:
    """Holds a value that its `repr` does not show.

    `airflow dags test` prints the locals of each frame of a traceback, so a secret lives only
    in such an object, and no frame that can raise holds the value itself.
    """

    __slots__ = ("_value",)

    def __init__(self, value: Any) -> None:
        self._value = value

    def __repr__(self) -> str:
        return "<hidden>"

    def reveal(self) -> Any:
        """Return the value. Do not keep it in a local of a frame that may raise."""
        return self._value

    def __deepcopy__(self, memo: Any) -> Hidden:
        """Return itself: Airflow copies the operators of a part of a DAG."""
        return self

    def __reduce__(self) -> Any:
        raise TypeError("a hidden value is not serialised")


def call_hidden(function: Any, request: Hidden) -> tuple[Any, Exception | None]:
    """Call a function with hidden keyword arguments; return its answer, or its error.

    The error has no traceback, because the frames in it hold the arguments.

    Raises:
        BaseException: Airflow ends the task meanwhile. It has no such traceback either.
    """
    answer, error = _call(function, request)
    if error is None or isinstance(error, Exception):
        return answer, error
    raise error


def _call(function: Any, request: Hidden) -> tuple[Any, BaseException | None]:
    try:
        return function(**request.reveal()), None
    except BaseException as error:
        error.__context__ = error.__cause__ = None
        return None, error.with_traceback(None)

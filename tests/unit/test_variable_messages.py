"""Messages about the variables of the modules: field, value and what is accepted."""

from __future__ import annotations

from pathlib import Path

import pytest

from variable_mistakes import ACCEPTED, MISTAKES
from variable_rules import refusals

BY_NAME = {
    f"{mistake.module or 'root'}-{number}": mistake for number, mistake in enumerate(MISTAKES)
}


@pytest.fixture(scope="module")
def messages(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the messages of one plan with all mistakes, by mistake."""
    calls = {
        name: (
            f"modules/{case.module}" if case.module else "",
            {**ACCEPTED[case.module], **case.inputs},
        )
        for name, case in BY_NAME.items()
    }
    return refusals(repository, tmp_path_factory.mktemp("rules"), calls)


@pytest.mark.parametrize("name", BY_NAME)
def test_a_mistake_is_reported_with_field_and_remedy(
    name: str, messages: dict[str, str]
) -> None:
    message = messages[name]
    for part in BY_NAME[name].parts:
        assert part in message

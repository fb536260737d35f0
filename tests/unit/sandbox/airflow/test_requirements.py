"""What a requirements file of an environment's comes to."""

from __future__ import annotations

from mwaa_ecs.sandbox.airflow.requirements import wanted


def test_comments_and_constraints_ask_for_nothing() -> None:
    text = """
    # none so far
    --constraint "https://example.org/constraints-3.12.txt"
    -c constraints.txt
    """
    assert wanted(text) == []


def test_packages_are_asked_for_without_their_comments() -> None:
    assert wanted("humanize==4.9.0  # numbers\nrich>=13\n") == ["humanize==4.9.0", "rich>=13"]

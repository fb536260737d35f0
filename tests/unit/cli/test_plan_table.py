"""A change is shown so that a person sees what differs."""

from __future__ import annotations

from mwaa_ecs.cli.plan_table import shown_change


def test_short_values_stand_in_full() -> None:
    assert shown_change(30, 90) == "30 -> 90"
    assert shown_change(None, ["a"]) == 'null -> ["a"]'


def test_of_long_values_that_begin_alike_the_difference_is_shown() -> None:
    before = "x" * 100 + " ecs:RunTask" + "y" * 100
    after = "x" * 100 + " ecs:StopTask" + "y" * 100
    shown = shown_change(before, after)
    assert "ecs:RunTask" in shown
    assert "ecs:StopTask" in shown
    assert shown.startswith("...xxx")
    assert len(shown) < 150


def test_a_value_that_goes_on_where_the_other_ends() -> None:
    assert shown_change("a" * 80, "a" * 80 + "b") == f"...{'a' * 20} -> ...{'a' * 20}b"

"""Judges a call by the operator's own table of arguments, and by what a person has answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mwaa_ecs.migrate.finding.calls import Call, Variant
from mwaa_ecs.migrate.finding.finder import Finder
from mwaa_ecs.migrate.folding.values import TooManyError
from mwaa_ecs.migrate.judging.questions import Question
from mwaa_ecs.migrate.judging.reasons import CONVERTED, Asked, Judged
from mwaa_ecs.migrate.judging.refusals import Refusals
from mwaa_ecs.migrate.judging.requirements import Requirements


class Judge:
    """Judges calls.

    Args:
        finder: what found them.
        answers: by the question's id.
    """

    def __init__(self, finder: Finder, answers: Mapping[str, Any]) -> None:
        self._finder = finder
        self._answers = answers

    def judge(self, call: Call) -> Judged:
        """Return a call's verdict."""
        found = Judged(call)
        asked = Asked(found, self._answers)
        if call.kind == "swarm":
            asked.refuse(
                "swarm",
                "",
                "DockerSwarmOperator starts a service in a Docker Swarm, and ECS has none",
                "Use DockerOperator or EcsTaskOperator of mwaa_ecs_operator",
            )
        if call.kind == "decorator":
            asked.refuse(
                "decorator",
                "",
                "@task.docker sends the function and its arguments pickled, in environment"
                " variables that ECS limits to 8,192 characters",
                "Use @ecs_task(image=...) of mwaa_ecs_operator, which sends source and JSON:"
                " the function imports what it needs, and takes and returns texts, numbers,"
                " lists and dicts",
            )
        for variant in call.variants:
            try:
                self._judge_variant(variant, asked)
            except TooManyError:
                asked.refuse(
                    "too-many-combinations",
                    "",
                    "The arguments have more than 2,000 combinations of values",
                    "Split the call, or name the task with task=...",
                )
        found.reasons = list(dict.fromkeys(found.reasons))
        found.images = list(dict.fromkeys(found.images))
        found.questions = list(dict.fromkeys(found.questions))
        if found.verdict != CONVERTED:
            found.definitions = []
        return found

    def _judge_variant(self, variant: Variant, asked: Asked) -> None:
        Refusals(self._finder.folder, variant, asked).check()
        if variant.arguments.is_open:
            origin = variant.arguments.origin or "its ** arguments"
            asked.answer(
                Question("arguments", f"**{origin}"),
                "unknown-arguments",
                "",
                f"What **{origin} passes is known only at run time",
            )
        if not asked.call.is_whole and not asked.call.given(variant, "image"):
            return
        if asked.call.kind in ("swarm", "decorator"):
            asked.found.images += [str(value) for value in asked.call.given(variant, "image")]
            return
        Requirements(variant, asked).define()

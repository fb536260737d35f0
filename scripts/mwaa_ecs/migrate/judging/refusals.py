"""Refuses what ECS cannot do: Docker's client, arguments, networks, sizes."""

from __future__ import annotations

import json
import re
from difflib import get_close_matches
from typing import Any

from mwaa_ecs.migrate.finding.calls import Variant
from mwaa_ecs.migrate.finding.subclasses import internals
from mwaa_ecs.migrate.folding.fold import Folder
from mwaa_ecs.migrate.folding.values import Unknown
from mwaa_ecs.migrate.judging.argument_names import known_arguments
from mwaa_ecs.migrate.judging.plain_values import JINJA, UNKNOWN, plain_of, strings_in
from mwaa_ecs.migrate.judging.questions import NOTHING, Question
from mwaa_ecs.migrate.judging.reasons import Asked
from mwaa_ecs_operator.contract import IndexEntry
from mwaa_ecs_operator.docker_arguments import DEFINITION_FIELDS, check_refused, notes, size_of
from mwaa_ecs_operator.errors import RefusedError
from mwaa_ecs_operator.overrides import MOST_CHARACTERS

_REFUSABLE = (
    "network_mode",
    "retrieve_output",
    "retrieve_output_path",
    "privileged",
    "device_requests",
    *DEFINITION_FIELDS,
)
_HOST_NAMES = re.compile(r"\b(localhost|127\.0\.0\.1|0\.0\.0\.0)\b")
_DOCKER_HOST = "host.docker.internal"


class Refusals:
    """Refuses what one class gets of a call."""

    def __init__(self, folder: Folder, variant: Variant, asked: Asked) -> None:
        self._folder = folder
        self._variant = variant
        self._asked = asked
        self._call = asked.call

    def check(self) -> None:
        """Add the reason of each argument that ECS cannot take."""
        self._check_class()
        self._check_refused()
        self._check_sizes()
        self._check_texts()
        self._check_names()
        if self._variant.arguments.positional:
            self._asked.refuse(
                "positional",
                "",
                "The call passes arguments by position, and DockerOperator takes names only",
                "Write the names: image=..., command=...",
            )

    def _check_names(self) -> None:
        """Note arguments that no operator takes: Airflow may refuse the file for them."""
        if self._call.kind in ("swarm", "decorator"):
            return
        known = known_arguments()
        for name in sorted(set(self._variant.arguments.named) - known):
            near = get_close_matches(name, known, 1)
            self._asked.note(
                "unknown-argument",
                name,
                f"DockerOperator has no argument {name!r}",
                (f"Did you mean {near[0]!r}? " if near else "")
                + "Airflow 3 refuses the file while it stands there, and Airflow 2 too unless"
                " operators.allow_illegal_arguments is set",
            )

    def _check_class(self) -> None:
        if self._variant.owner is None:
            return
        used = internals(self._folder, self._variant.owner)
        if used:
            self._asked.refuse(
                "docker-client",
                "",
                f"The class {self._variant.owner.node.name} uses Docker's client: {used[0]}",
                "Wrap execute() and call super().execute(context) instead: ECS has no Docker"
                " client",
            )

    def _check_refused(self) -> None:
        for name in _REFUSABLE:
            for value in self._call.given(self._variant, name):
                if name == "network_mode":
                    self._check_network(value)
                    continue
                known = plain_of(value)
                try:
                    check_refused({name: True if known is UNKNOWN else known})
                except RefusedError as error:
                    self._asked.refused_by_operator(name.replace("_", "-"), name, error)

    def _check_network(self, value: Any) -> None:
        if not isinstance(value, str) or JINJA.search(value):
            about = value.name if isinstance(value, Unknown) else str(value)
            self._reached(about, "network_mode", f"network_mode is {about}, known at run time")
            return
        try:
            check_refused({"network_mode": value})
        except RefusedError as error:
            self._asked.refused_by_operator("network-mode", "network_mode", error)
            return
        for said in notes({"network_mode": value}):
            if value == "host" and not any(map(_HOST_NAMES.search, self._texts())):
                self._asked.note(
                    "network-dropped",
                    "network_mode",
                    said,
                    "Nothing to do where the container reaches no service of the Docker host",
                )
            else:
                self._reached(value, "network_mode", said)

    def _reached(self, about: str, argument: str, message: str) -> None:
        answer = self._asked.answer(Question("network", about), "network", argument, message)
        if answer not in (None, NOTHING):
            self._asked.refuse(
                "network-by-name",
                argument,
                f"Containers reach others by name through {about!r}, which ECS cannot",
                "Give the address of a service that the task's subnets reach, or run the other"
                " container as a sidecar of the task",
            )

    def _check_texts(self) -> None:
        texts = self._texts()
        if any(_DOCKER_HOST in text for text in texts):
            self._reached(
                _DOCKER_HOST,
                "environment",
                f"{_DOCKER_HOST} is the Docker host, which ECS lacks",
            )
        for value in self._call.given(self._variant, "command"):
            known = plain_of(value)
            if isinstance(known, str | list) and len(json.dumps(known)) > MOST_CHARACTERS:
                self._asked.refuse(
                    "overrides-too-long",
                    "command",
                    f"command has more than {MOST_CHARACTERS} characters, ECS's limit for all"
                    " overrides",
                    "Put it into the image or into S3, and pass its name",
                )

    def _texts(self) -> list[str]:
        return [
            text
            for name in ("command", "environment")
            for value in self._call.given(self._variant, name)
            for text in strings_in(value)
        ]

    def _check_sizes(self) -> None:
        for name in ("mem_limit", "cpus"):
            for value in self._call.given(self._variant, name):
                if not isinstance(value, int | float | str) or JINJA.search(str(value)):
                    continue
                given = {"mem_limit": None, "cpus": None, name: value}
                try:
                    size_of(given["mem_limit"], given["cpus"], IndexEntry("", 256, 512))
                except RefusedError as error:
                    self._asked.refused_by_operator("size", name, error)
                except ValueError:
                    self._asked.refuse(
                        "size",
                        name,
                        f"{name} = {value!r} is not a size",
                        'Give a number, or for mem_limit a text such as "512m" or "3g"',
                    )

"""Finds the task definitions that a call needs, with their images, mounts and secrets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mwaa_ecs.migrate.finding.calls import Variant
from mwaa_ecs.migrate.folding.values import ABSENT, Items, Map, Unknown, product
from mwaa_ecs.migrate.judging.definitions import SCRATCH, Definition, Needs
from mwaa_ecs.migrate.judging.mounts import as_mount
from mwaa_ecs.migrate.judging.plain_values import JINJA, UNKNOWN, origin_of, plain_of, shown_of
from mwaa_ecs.migrate.judging.questions import NONE, NOT_NEEDED, Question
from mwaa_ecs.migrate.judging.reasons import Asked
from mwaa_ecs.migrate.judging.registries import is_reference, moved, source_of
from mwaa_ecs_operator.docker_arguments import definition_of
from mwaa_ecs_operator.errors import RefusedError

_SECRET_TEXT = re.compile(r"(?i)(pass(word|wd)?|secret|token|api_?key)\w*\s*[=:]\s*\S")


class Requirements:
    """Finds the task definitions that one class needs of a call."""

    def __init__(self, variant: Variant, asked: Asked) -> None:
        self._variant = variant
        self._asked = asked
        self._call = asked.call

    def define(self) -> None:
        """Add a definition for each combination of values, with its questions."""
        names = (
            "image",
            "entrypoint",
            "user",
            "working_dir",
            "mounts",
            "volumes",
            "docker_conn_id",
            "private_environment",
        )
        combined = product(
            [
                self._variant.targets,
                *(self._call.argument(self._variant, name) for name in names),
            ]
        )
        for _, (_, *values) in combined:
            given = {
                name: None if value is ABSENT else value
                for name, value in zip(names, values, strict=True)
            }
            self._one(given)

    def _one(self, given: Mapping[str, Any]) -> None:
        images = self._images(given["image"], given["docker_conn_id"])
        values = {
            name: self._definition_value(name, given[name])
            for name in ("entrypoint", "user", "working_dir")
        }
        mounts = self._mounts(given)
        secrets = self._secrets(given["private_environment"])
        try:
            wanted = definition_of(**values, mounts=())
        except RefusedError as error:
            self._asked.refused_by_operator("entrypoint", "entrypoint", error)
            return
        for image, needs in images:
            definition = Definition(
                image,
                wanted.entry_point,
                wanted.user,
                wanted.working_directory,
                tuple(sorted(mounts.items())),
            )
            self._asked.found.definitions.append((definition, replace(needs, secrets=secrets)))

    def _images(self, image: Any, connection: Any) -> list[tuple[str, Needs]]:
        if image is None and self._variant.arguments.is_open:
            image = Unknown("computed", f"**{self._variant.arguments.origin or 'arguments'}")
        if image is None:
            self._asked.refuse(
                "no-image", "image", "The call has no image", "Give an image, or task=..."
            )
            return []
        shown = image if isinstance(image, str) else shown_of(image)
        self._asked.found.images.append(shown)
        if isinstance(image, str) and not JINJA.search(image):
            return self._constant_image(image, connection)
        return self._runtime_image(shown, image, connection)

    def _runtime_image(
        self, shown: str, image: Any, connection: Any
    ) -> list[tuple[str, Needs]]:
        answer = self._asked.answer(
            Question("runtime_image", shown),
            "runtime-image",
            "image",
            f"The image {shown!r} is known only at run time"
            + (f" ({origin_of(image)})" if not isinstance(image, str) else ""),
        )
        found = []
        if isinstance(answer, Mapping):
            for real, needs in self._constant_image(str(answer["image"]), connection):
                needs.aliases.add(str(answer["alias"]))
                found.append((real, needs))
        else:
            for each in answer or ():
                found += self._constant_image(str(each), connection)
        return found

    def _constant_image(self, image: str, connection: Any) -> list[tuple[str, Needs]]:
        if not is_reference(image):
            self._asked.refuse(
                "image-reference",
                "image",
                f"image = {image!r} is not an image's reference",
                "Write registry/name:tag",
            )
            return []
        source, needs, real = source_of(image), Needs(), image.strip()
        if source.kind == "local":
            where = self._asked.answer(
                Question("local_image", source.name),
                "local-image",
                "image",
                f"The image {source.name!r} is on the Docker host only, or on Docker Hub under"
                " another name",
            )
            if where is None:
                return []
            if where.rstrip("/") not in ("docker.io", "docker.io/library"):
                real = moved(image, source.name, str(where))
                needs.aliases.add(image.strip())
        if source_of(real).kind != "ecr":
            self._credentials(source_of(real).registry, source_of(real).kind, connection, needs)
        return [(real, needs)]

    def _credentials(self, registry: str, kind: str, connection: Any, needs: Needs) -> None:
        if connection in (None, "") and kind != "private":
            return
        about = registry if connection in (None, "") else shown_of(connection)
        answer = self._asked.answer(
            Question("connection", about),
            "registry-credentials",
            "docker_conn_id",
            f"Images of {registry} are pulled with the connection {about!r}"
            if connection
            else f"The registry {registry!r} may ask for credentials",
        )
        if answer not in (None, NONE):
            needs.credentials = str(answer)

    def _definition_value(self, name: str, value: Any) -> Any:
        known = plain_of(value)
        texts = known if isinstance(known, list) else [known]
        if known is UNKNOWN or any(
            isinstance(each, str) and JINJA.search(each) for each in texts
        ):
            about = value if isinstance(value, str) else shown_of(value)
            return self._asked.answer(
                Question("definition", f"{name} = {about}"),
                "definition-at-run-time",
                name,
                f"{name} is known only at run time, and RunTask cannot change it",
            )
        if any(isinstance(each, str) and _SECRET_TEXT.search(each) for each in texts):
            self._asked.refuse(
                "secret-in-definition",
                name,
                f"{name} seems to hold a secret, which would stand in the task definition",
                "Pass it with private_environment, or as a secret of the task",
            )
            return None
        return known

    def _mounts(self, given: Mapping[str, Any]) -> dict[str, str]:
        found: dict[str, str] = {}
        for argument in ("mounts", "volumes"):
            value = given[argument]
            if value in (None, ""):
                continue
            each = value.items if isinstance(value, Items) else (value,)
            for mount in each:
                found.update(self._mount(argument, mount))
            if isinstance(value, Items) and value.is_open:
                found.update(self._unknown_mounts(argument, Unknown("computed", "mounts")))
        return found

    def _mount(self, argument: str, mount: Any) -> dict[str, str]:
        plain = as_mount(mount)
        if plain is None:
            return self._unknown_mounts(argument, mount)
        source, target = plain["Source"], plain["Target"]
        try:
            # The operator's own rules: no socket of Docker's, and a target.
            found = definition_of(
                entrypoint=None,
                user=None,
                working_dir=None,
                mounts=[{"Source": shown_of(source), "Target": shown_of(target)}],
            )
        except RefusedError as error:
            self._asked.refused_by_operator("mount", argument, error)
            return {}
        if not isinstance(target, str) or JINJA.search(target):
            return self._unknown_mounts(argument, target)
        path = found.mounts[0]
        if plain["Type"] == "tmpfs":
            return {path: SCRATCH}
        about = shown_of(source) if source not in (None, "") else path
        answer = self._asked.answer(
            Question("mount", about),
            "mount",
            argument,
            f"{about!r} of the Docker host is mounted at {path!r}",
        )
        return {path: SCRATCH if answer in (None, NOT_NEEDED) else str(answer)}

    def _unknown_mounts(self, argument: str, value: Any) -> dict[str, str]:
        about = shown_of(value)
        answer = self._asked.answer(
            Question("mount", about, is_map=True),
            "mount-at-run-time",
            argument,
            f"What {argument} holds is known only at run time ({about})",
        )
        return {
            path.rstrip("/") or "/": SCRATCH if each == NOT_NEEDED else str(each)
            for path, each in (answer or {}).items()
        }

    def _secrets(self, value: Any) -> dict[str, str]:
        if value in (None, ""):
            return {}
        found: dict[str, str] = {}
        names = list(value.items) if isinstance(value, Map) else []
        for name in names:
            answer = self._asked.answer(
                Question("private_environment", str(name)),
                "private-environment",
                "private_environment",
                f"The variable {str(name)!r} is secret, and its value is not read",
            )
            if answer is not None:
                found[str(name)] = str(answer)
        if not isinstance(value, Map) or value.is_open:
            about = value.origin if isinstance(value, Map) else shown_of(value)
            answer = self._asked.answer(
                Question("private_environment", about or "a dict", is_map=True),
                "private-environment-at-run-time",
                "private_environment",
                f"The names in {about or 'a dict'} are known only at run time",
            )
            found |= {str(name): str(each) for name, each in (answer or {}).items()}
        return found

"""Judges a call by the operator's own table of arguments, and by what a person has answered."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from mwaa_ecs.migrate.calls import Call, Finder, Variant
from mwaa_ecs.migrate.folding.values import (
    ABSENT,
    Items,
    Map,
    Record,
    Text,
    TooManyError,
    Unknown,
    Worlds,
    is_constant,
    product,
    unknown_in,
)
from mwaa_ecs.migrate.judging.definitions import SCRATCH, Definition, Needs
from mwaa_ecs.migrate.judging.questions import NONE, NOT_NEEDED, NOTHING, Question
from mwaa_ecs.migrate.judging.registries import is_reference, source_of
from mwaa_ecs_operator.contract import IndexEntry
from mwaa_ecs_operator.docker_arguments import (
    DEFINITION_FIELDS,
    check_refused,
    definition_of,
    notes,
    size_of,
)
from mwaa_ecs_operator.errors import RefusedError
from mwaa_ecs_operator.overrides import MOST_CHARACTERS

CONVERTED, DECISION, REFUSED = "converted", "decision", "refused"

_REFUSABLE = (
    "network_mode",
    "retrieve_output",
    "retrieve_output_path",
    "privileged",
    "device_requests",
    *DEFINITION_FIELDS,
)
_JINJA = re.compile(r"\{\{|\{%")
_HOST_NAMES = re.compile(r"\b(localhost|127\.0\.0\.1|0\.0\.0\.0)\b")
_DOCKER_HOST = "host.docker.internal"
_SECRET_TEXT = re.compile(r"(?i)(pass(word|wd)?|secret|token|api_?key)\w*\s*[=:]\s*\S")


@dataclass(frozen=True)
class Reason:
    """Why a call has its verdict, or what changes for it.

    Attributes:
        code: stable, for machines.
        argument: of DockerOperator; empty for the call as a whole.
        line: of the call.
        message: what is so.
        remedy: what to do.
        verdict: what it makes of the call.
        question: what answers it.
    """

    code: str
    argument: str
    line: int
    message: str
    remedy: str
    verdict: str
    question: Question | None = None


@dataclass
class Judged:
    """A call with its verdict.

    Attributes:
        reasons: why; of a converted call, what changes.
        definitions: the task definitions that it needs, with what else it needs of them.
        images: as the DAG has them, for people.
        questions: all that concern it, answered or not.
    """

    call: Call
    reasons: list[Reason] = field(default_factory=list)
    definitions: list[tuple[Definition, Needs]] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    @property
    def verdict(self) -> str:
        """The gravest of the reasons'."""
        verdicts = {reason.verdict for reason in self.reasons}
        return (
            REFUSED if REFUSED in verdicts else DECISION if DECISION in verdicts else CONVERTED
        )


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
        asked = _Asked(found, self._answers)
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
                _OneVariant(self._finder, variant, asked).judge()
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


class _Asked:
    """Collects the reasons of one call."""

    def __init__(self, found: Judged, answers: Mapping[str, Any]) -> None:
        self.found = found
        self._answers = answers

    @property
    def call(self) -> Call:
        return self.found.call

    def refuse(self, code: str, argument: str, message: str, remedy: str) -> None:
        self._add(code, argument, message, remedy, REFUSED)

    def refused_by_operator(self, code: str, argument: str, error: RefusedError) -> None:
        message, _, remedy = str(error).partition(". ")
        self.refuse(code, argument, message, remedy or "Change the argument, or leave it out")

    def note(self, code: str, argument: str, message: str, remedy: str) -> None:
        self._add(code, argument, message, remedy, CONVERTED)

    def answer(self, question: Question, code: str, argument: str, message: str) -> Any:
        """Return the answer to a question; None where there is none yet."""
        self.found.questions.append(question)
        answer = self._answers.get(question.id)
        if answer is None:
            remedy = f"Answer {question.id!r} in answers.yaml"
            self._add(code, argument, message, remedy, DECISION, question)
        return answer

    def _add(
        self,
        code: str,
        argument: str,
        message: str,
        remedy: str,
        verdict: str,
        question: Question | None = None,
    ) -> None:
        self.found.reasons.append(
            Reason(code, argument, self.call.line, message, remedy, verdict, question)
        )


class _OneVariant:
    """Judges what one class gets of a call."""

    def __init__(self, finder: Finder, variant: Variant, asked: _Asked) -> None:
        self._finder = finder
        self._variant = variant
        self._asked = asked
        self._call = asked.call

    def _worlds(self, name: str) -> Worlds:
        return self._call.argument(self._variant, name)

    def _given(self, name: str) -> list[Any]:
        """Return what an argument may be, without nothing at all."""
        return [value for _, value in self._worlds(name) if value not in (ABSENT, None)]

    def judge(self) -> None:
        self._check_class()
        self._check_refused()
        self._check_sizes()
        self._check_texts()
        if self._variant.arguments.positional:
            self._asked.refuse(
                "positional",
                "",
                "The call passes arguments by position, and DockerOperator takes names only",
                "Write the names: image=..., command=...",
            )
        if self._variant.arguments.is_open:
            origin = self._variant.arguments.origin or "its ** arguments"
            self._asked.answer(
                Question("arguments", f"**{origin}"),
                "unknown-arguments",
                "",
                f"What **{origin} passes is known only at run time",
            )
        if not self._call.is_whole and not self._given("image"):
            return
        if self._call.kind in ("swarm", "decorator"):
            self._asked.found.images += [str(value) for value in self._given("image")]
            return
        self._define()

    # -- what is refused ---------------------------------------------------------------------

    def _check_class(self) -> None:
        if self._variant.owner is None:
            return
        used = self._finder.internals(self._variant.owner)
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
            for value in self._given(name):
                if name == "network_mode":
                    self._check_network(value)
                    continue
                known = _plain(value)
                try:
                    check_refused({name: True if known is _UNKNOWN else known})
                except RefusedError as error:
                    self._asked.refused_by_operator(name.replace("_", "-"), name, error)

    def _check_network(self, value: Any) -> None:
        if not isinstance(value, str) or _JINJA.search(value):
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
        for value in self._given("command"):
            known = _plain(value)
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
            for value in self._given(name)
            for text in _strings(value)
        ]

    def _check_sizes(self) -> None:
        for name in ("mem_limit", "cpus"):
            for value in self._given(name):
                if not isinstance(value, int | float | str) or _JINJA.search(str(value)):
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

    # -- what it needs -----------------------------------------------------------------------

    def _define(self) -> None:
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
        combined = product([self._variant.targets, *map(self._worlds, names)])
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
        shown = image if isinstance(image, str) else _shown(image)
        self._asked.found.images.append(shown)
        if isinstance(image, str) and not _JINJA.search(image):
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
            + (f" ({_origin(image)})" if not isinstance(image, str) else ""),
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
                real = _moved(image, source.name, str(where))
                needs.aliases.add(image.strip())
        if source_of(real).kind != "ecr":
            self._credentials(source_of(real).registry, source_of(real).kind, connection, needs)
        return [(real, needs)]

    def _credentials(self, registry: str, kind: str, connection: Any, needs: Needs) -> None:
        if connection in (None, "") and kind != "private":
            return
        about = registry if connection in (None, "") else _shown(connection)
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
        known = _plain(value)
        texts = known if isinstance(known, list) else [known]
        if known is _UNKNOWN or any(
            isinstance(each, str) and _JINJA.search(each) for each in texts
        ):
            about = value if isinstance(value, str) else _shown(value)
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
        plain = _as_mount(mount)
        if plain is None:
            return self._unknown_mounts(argument, mount)
        source, target = plain["Source"], plain["Target"]
        try:
            # The operator's own rules: no socket of Docker's, and a target.
            found = definition_of(
                entrypoint=None,
                user=None,
                working_dir=None,
                mounts=[{"Source": _shown(source), "Target": _shown(target)}],
            )
        except RefusedError as error:
            self._asked.refused_by_operator("mount", argument, error)
            return {}
        if not isinstance(target, str) or _JINJA.search(target):
            return self._unknown_mounts(argument, target)
        path = found.mounts[0]
        if plain["Type"] == "tmpfs":
            return {path: SCRATCH}
        about = _shown(source) if source not in (None, "") else path
        answer = self._asked.answer(
            Question("mount", about),
            "mount",
            argument,
            f"{about!r} of the Docker host is mounted at {path!r}",
        )
        return {path: SCRATCH if answer in (None, NOT_NEEDED) else str(answer)}

    def _unknown_mounts(self, argument: str, value: Any) -> dict[str, str]:
        about = _shown(value)
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
            about = value.origin if isinstance(value, Map) else _shown(value)
            answer = self._asked.answer(
                Question("private_environment", about or "a dict", is_map=True),
                "private-environment-at-run-time",
                "private_environment",
                f"The names in {about or 'a dict'} are known only at run time",
            )
            found |= {str(name): str(each) for name, each in (answer or {}).items()}
        return found


# -- values as plain Python ------------------------------------------------------------------

_UNKNOWN = object()


def _plain(value: Any) -> Any:
    """Return a value as Python has it; _UNKNOWN where a part of it is unknown."""
    if is_constant(value):
        return value
    if isinstance(value, Items) and unknown_in(value) is None:
        found = [_plain(item) for item in value.items]
        return _UNKNOWN if _UNKNOWN in found else found
    if isinstance(value, Map) and unknown_in(value) is None:
        return {key: _plain(each) for key, each in value.items.items()}
    return _UNKNOWN


def _shown(value: Any) -> str:
    """Return a value for a message: constants and templates as they are, else a name."""
    if isinstance(value, str):
        return value
    if isinstance(value, Unknown):
        return value.name
    if isinstance(value, Text):
        return str(value)
    if isinstance(value, Items):
        first = unknown_in(value)
        return first.name if first else "a list"
    return "an expression" if not is_constant(value) else str(value)


_ORIGINS: Mapping[str, str] = {
    "environment": "from the environment variable {}",
    "variable": "from the Airflow Variable {}",
    "connection": "from the Airflow connection {}",
    "xcom": "from the result of another task",
    "parameter": "from the parameter {}",
    "computed": "computed by {}",
}


def _origin(value: Any) -> str:
    unknown = unknown_in(value)
    return _ORIGINS[unknown.kind].format(unknown.name) if unknown else "a template"


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Text):
        return [part for part in value.parts if isinstance(part, str)]
    if isinstance(value, Items):
        return [text for each in value.items for text in _strings(each)]
    if isinstance(value, Map):
        return [text for each in value.items.values() for text in _strings(each)]
    return []


def _moved(image: str, name: str, registry: str) -> str:
    """Return a local image's reference in a registry, or in a repository named whole."""
    plain = name
    if source_of(image).registry != "docker.io":
        plain = name.partition("/")[2]
    rest = image.strip()[len(name) :]
    base = registry.rstrip("/")
    if base.rpartition("/")[2] == plain.rpartition("/")[2]:
        return f"{base}{rest}"
    return f"{base}/{plain}{rest}"


def _as_mount(mount: Any) -> dict[str, Any] | None:
    """Return a mount as Docker's API has it; None where it is not known."""
    fields: Mapping[str, Any]
    if isinstance(mount, str):
        source, colon, rest = mount.partition(":")
        target = rest.partition(":")[0] if colon else source
        return {"Source": source, "Target": target, "Type": "bind"}
    if isinstance(mount, Text):
        return _of_text(mount)
    if isinstance(mount, Record) and mount.kind == "Mount" and not mount.is_open:
        fields = mount.fields
    elif isinstance(mount, Map) and not mount.is_open:
        fields = {str(key).lower(): value for key, value in mount.items.items()}
    else:
        return None
    return {
        "Source": fields.get("source"),
        "Target": fields.get("target", ""),
        "Type": fields.get("type", "volume"),
    }


def _of_text(mount: Text) -> dict[str, Any] | None:
    """Return `f"{folder}:/data"` as a mount: only its source is unknown."""
    last = mount.parts[-1]
    if not isinstance(last, str) or ":" not in last:
        return None
    before, _, rest = last.partition(":")
    target = rest.partition(":")[0]
    source = "".join(map(str, mount.parts[:-1])) + before
    return {"Source": source, "Target": target, "Type": "bind"} if target else None


Reporter = Callable[[Judged], None]

"""The questions that only a person can answer, and what answers are accepted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_SECRET_ARN = re.compile(r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:\S+")
_SECRET = re.compile(r"arn:aws[a-z-]*:(secretsmanager|ssm):\S+|[/\w][\w./-]*")
_FILE_SYSTEM = re.compile(r"fs-[0-9a-f]{8,40}")
_REGISTRY = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._:/-]*")

NONE = "none"
NOT_NEEDED = "not-needed"
NOTHING = "nothing"
HARMLESS = "harmless"


@dataclass(frozen=True, order=True)
class Question:
    """A question, asked once for a folder.

    Attributes:
        kind: connection, local_image, mount, private_environment, network, runtime_image,
            definition or arguments.
        about: the connection, image, mount, variable or network.
        is_map: whether the answer has names of its own, because they are not in the code.
    """

    kind: str
    about: str
    is_map: bool = False

    @property
    def id(self) -> str:
        """The question's name in answers.yaml."""
        return f"{self.kind}:{self.about}"

    @property
    def text(self) -> str:
        """The question, and the answers that it takes."""
        return _TEXTS[self.kind, self.is_map].format(about=self.about)


_TEXTS = {
    ("connection", False): (
        "Does the registry of {about!r} need credentials? The ARN of a secret in"
        ' Secrets Manager with username and password, or "none" where the execution role or'
        " anybody may pull."
    ),
    ("local_image", False): (
        "Which registry has the image {about!r}? Its address, for example"
        " 123456789012.dkr.ecr.eu-west-1.amazonaws.com/team, or docker.io for Docker Hub."
    ),
    ("mount", False): (
        "What is at {about!r}? The id of an EFS file system (fs-..., a path may follow a colon)"
        ' where tasks share files or keep them, or "not-needed" for scratch space of each task.'
    ),
    ("mount", True): (
        "Which mounts does {about} hold? A map from path in the container to the id of an EFS"
        ' file system (fs-...) or "not-needed".'
    ),
    ("private_environment", False): (
        "Where is the secret {about!r}? The ARN of a secret in Secrets Manager, or the ARN or"
        " name of a parameter in Parameter Store."
    ),
    ("private_environment", True): (
        "Which variables does {about} hold? A map from each name to the ARN of a secret, or to"
        " the ARN or name of a parameter."
    ),
    ("network", False): (
        "What is reached by name through {about!r}? Answer"
        ' "nothing" where containers reach no other container or host by its name, else'
        ' "by-name".'
    ),
    ("runtime_image", False): (
        "Which images can {about!r} be? A list of images, each a task; or"
        " {{image: org/app:1.4, alias: 'org/app:*'}} for one task that answers for every tag."
    ),
    ("definition", False): (
        "Which value has {about} at run time? A text or a list of words. ECS cannot change it"
        " for one run."
    ),
    ("arguments", False): (
        'What does {about} pass to DockerOperator? "harmless" where it sets none of image,'
        " entrypoint, user, working_dir, mounts, private_environment and docker_conn_id; else"
        " write these in the call, and run migrate again."
    ),
}


def problem_with(question: Question, answer: Any) -> str | None:
    """Return what is wrong with an answer; None where it is accepted."""
    if question.is_map:
        if not isinstance(answer, Mapping) or not all(
            isinstance(key, str) and _accepted(question.kind, each)
            for key, each in answer.items()
        ):
            return "expected a map, with the answers as its values"
        return None
    if question.kind == "runtime_image":
        return _problem_with_images(answer)
    if question.kind == "definition":
        is_words = isinstance(answer, list) and all(isinstance(each, str) for each in answer)
        return None if is_words or isinstance(answer, str) else "expected a text or a list"
    if not _accepted(question.kind, answer):
        return _EXPECTED[question.kind]
    return None


_EXPECTED = {
    "connection": 'expected the ARN of a secret in Secrets Manager, or "none"',
    "local_image": "expected the address of a registry, without a tag",
    "mount": 'expected the id of an EFS file system (fs-...), or "not-needed"',
    "private_environment": "expected the ARN of a secret, or the ARN or name of a parameter",
    "network": 'expected "nothing" or "by-name"',
    "arguments": 'expected "harmless"',
}


def _accepted(kind: str, answer: Any) -> bool:
    if not isinstance(answer, str):
        return False
    if kind == "connection":
        return answer == NONE or bool(_SECRET_ARN.fullmatch(answer))
    if kind == "local_image":
        return bool(_REGISTRY.fullmatch(answer)) and "@" not in answer
    if kind == "mount":
        return answer == NOT_NEEDED or bool(_FILE_SYSTEM.fullmatch(answer.partition(":")[0]))
    if kind == "private_environment":
        return bool(_SECRET.fullmatch(answer))
    if kind == "network":
        return answer in (NOTHING, "by-name")
    return answer == HARMLESS


def _problem_with_images(answer: Any) -> str | None:
    if isinstance(answer, list) and answer:
        if all(isinstance(each, str) and each.strip() for each in answer):
            return None
    elif isinstance(answer, Mapping) and set(answer) == {"image", "alias"}:
        image, alias = answer["image"], answer["alias"]
        if isinstance(image, str) and isinstance(alias, str) and image and alias:
            is_template = "{" in image
            return "image is a template; expected an image" if is_template else None
    return "expected a list of images, or a map with image and alias"

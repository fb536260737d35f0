"""answers.yaml: each question once, with what a person answered so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from mwaa_ecs.errors import OperationError, UserError
from mwaa_ecs.migrate.judging.questions import Question, problem_with
from mwaa_ecs.problems import suggestion

FILE = "answers.yaml"
_VERSION = 1
_HEAD = """# The questions of mwaa-ecs migrate. Write answers, then run it again with
# --answers and this file. A null is still open.
"""


@dataclass(frozen=True)
class Answers:
    """The user's answers.

    Attributes:
        path: the file; None where there is none.
        folder: the name of the folder that it is for.
        given: by question, without those that are open.
    """

    path: Path | None = None
    folder: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)


def read_answers(path: Path, folder: str) -> Answers:
    """Read a file of answers.

    Args:
        path: the file.
        folder: the name of the folder to migrate.

    Raises:
        UserError: it is not such a file, or it is for another folder.
        OperationError: it cannot be read.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, IsADirectoryError):
        raise UserError(f"--answers: there is no file {str(path)!r}") from None
    except OSError as error:
        raise OperationError(f"--answers: {path}: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        place = getattr(error, "problem_mark", None)
        where = f" in line {place.line + 1}" if place else ""
        raise UserError(f"--answers: {str(path)!r} is not YAML{where}") from None
    if not isinstance(data, dict) or data.get("version") != _VERSION:
        raise UserError(
            f"--answers: {str(path)!r} is not a file of answers of version {_VERSION}; take the"
            f" {FILE} that migrate wrote"
        )
    if data.get("folder") != folder:
        raise UserError(
            f"--answers: {str(path)!r} is for the folder {data.get('folder')!r}, and FOLDER is"
            f" {folder!r}; take the {FILE} of this folder"
        )
    questions = data.get("questions") or {}
    if not isinstance(questions, dict) or not all(
        isinstance(each, dict) for each in questions.values()
    ):
        raise UserError(f"--answers: {str(path)!r}: questions is not a map of questions")
    given = {
        str(name): each["answer"]
        for name, each in questions.items()
        if each.get("answer") is not None
    }
    return Answers(path, folder, given)


def check_answers(answers: Answers, asked: Mapping[Question, int]) -> None:
    """Refuse answers that no call asks for, or that a question does not take.

    Raises:
        UserError: with every wrong answer.
    """
    by_id = {question.id: question for question in asked}
    wrong = []
    for name, answer in answers.given.items():
        question = by_id.get(name)
        if question is None:
            near = suggestion(name, sorted(by_id), "questions") if by_id else ""
            wrong.append(f"{name!r} is not asked{near}")
        elif problem := problem_with(question, answer):
            wrong.append(f"{name!r}: {answer!r}: {problem}")
    if wrong:
        raise UserError(f"--answers: {str(answers.path)!r}: " + "; ".join(wrong))


def answers_text(folder: str, asked: Mapping[Question, int], given: Mapping[str, Any]) -> str:
    """Return the file's text: open questions first, those that most calls wait for first.

    Args:
        folder: the folder's name.
        asked: how many calls each question concerns.
        given: answers by question.
    """
    questions = {}
    for question in sorted(asked, key=lambda one: (one.id in given, -asked[one], one)):
        questions[question.id] = {
            "kind": question.kind,
            "about": question.about,
            "calls": asked[question],
            "question": question.text,
            "answer": given.get(question.id),
        }
    data = {"version": _VERSION, "folder": folder, "questions": questions}
    text: str = yaml.safe_dump(
        data, sort_keys=False, allow_unicode=True, width=100, default_flow_style=False
    )
    return _HEAD + text

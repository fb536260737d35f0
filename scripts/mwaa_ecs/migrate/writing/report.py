"""report.md for people, and the same as JSON for machines; both are written line by line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from mwaa_ecs.migrate.analysis import CallResult
from mwaa_ecs.migrate.judging.definitions import CPU, MEMORY
from mwaa_ecs.migrate.judging.questions import Question
from mwaa_ecs.migrate.judging.reasons import CONVERTED, DECISION, REFUSED
from mwaa_ecs.migrate.migration import Migration

VERSION = 1


def ordered_questions(migration: Migration) -> list[Question]:
    """Return the open questions, those that most calls wait for first."""
    return sorted(migration.waiting, key=lambda one: (-migration.waiting[one], one))


def json_lines(migration: Migration) -> Iterator[str]:
    """Yield the report as JSON, one call a line."""
    yield f'{{"version": {VERSION}, "calls": ['
    before = ""
    for result in migration.files():
        for call in result.calls:
            yield before + json.dumps(_call(migration, call), ensure_ascii=False)
            before = ","
    yield '], "questions": ['
    questions = [
        {
            "id": question.id,
            "kind": question.kind,
            "about": question.about,
            "calls": migration.waiting[question],
        }
        for question in ordered_questions(migration)
    ]
    yield ",\n".join(json.dumps(each, ensure_ascii=False) for each in questions)
    if migration.trial is None:
        yield "]}"
    else:
        yield '], "trial": ' + json.dumps(asdict(migration.trial), ensure_ascii=False) + "}"


def _call(migration: Migration, call: CallResult) -> dict[str, Any]:
    return {
        "file": call.file,
        "line": call.line,
        "kind": call.kind,
        "verdict": call.verdict,
        "edit": call.edit,
        "task": ", ".join(migration.tasks_of(call)) or None,
        "image": ", ".join(call.images) or None,
        "reasons": [
            {
                "code": reason.code,
                "argument": reason.argument,
                "line": reason.line,
                "message": reason.message,
                "remedy": reason.remedy,
            }
            for reason in call.reasons
        ],
    }


def markdown_lines(migration: Migration) -> Iterator[str]:
    """Yield the report for people."""
    counts = migration.verdicts
    total = counts.total()
    yield f"# DockerOperator in `{migration.folder}`"
    yield ""
    yield f"{total} calls. Import lines change in {migration.edited} files."
    yield ""
    yield "| verdict | calls | meaning |"
    yield "| --- | --- | --- |"
    yield f"| converted | {counts[CONVERTED]} | runs with the tasks that are written here |"
    yield f"| decision | {counts[DECISION]} | waits for an answer in `answers.yaml` |"
    yield f"| refused | {counts[REFUSED]} | cannot run on ECS as it is written |"
    yield ""
    if migration.tasks:
        yield (
            f"{len(migration.tasks)} tasks are needed. Each has {CPU} CPU units and"
            f" {MEMORY} MiB; lower them once you know what it uses."
        )
        yield ""
    yield from _questions(migration)
    yield from _trial(migration)
    yield from _calls(migration)
    yield from _notes(migration)


def _questions(migration: Migration) -> Iterator[str]:
    questions = ordered_questions(migration)
    if not questions:
        return
    yield "## Questions"
    yield ""
    yield "| question | calls | it alone | |"
    yield "| --- | --- | --- | --- |"
    for question in questions:
        yield (
            f"| `{_cell(question.id)}` | {migration.waiting[question]} |"
            f" {migration.alone[question]} | {_cell(question.text)} |"
        )
    yield ""


def _trial(migration: Migration) -> Iterator[str]:
    trial = migration.trial
    if trial is None:
        return
    yield f"## Tried in Airflow {trial.airflow}"
    yield ""
    yield (
        f"It has imported the files. In {trial.dags} DAGs {trial.tasks} tasks and"
        f" {trial.edges} of the edges were compared with what was read."
    )
    yield ""
    groups = (
        ("cannot be imported", trial.errors),
        ("differs", trial.differences),
        ("not tried", trial.not_tried),
    )
    if any(findings for _, findings in groups):
        yield "| place | | |"
        yield "| --- | --- | --- |"
        for what, findings in groups:
            for each in findings:
                place = f"{_cell(each.file)}:{each.line}".removesuffix(":0")
                yield f"| {place} | {what} | {_cell(each.message)} |"
        yield ""


def _calls(migration: Migration) -> Iterator[str]:
    yield "## Calls"
    yield ""
    yield "| call | verdict | task or reason | what to do |"
    yield "| --- | --- | --- | --- |"
    for result in migration.files():
        for call in result.calls:
            place = f"{_cell(call.file)}:{call.line}"
            if call.verdict == CONVERTED:
                names = ", ".join(f"`{name}`" for name in migration.tasks_of(call))
                extra = "; ".join(
                    _cell(f"{reason.message}. {reason.remedy}") for reason in call.reasons
                )
                yield f"| {place} | converted | {names} | {extra} |"
                continue
            for reason in call.reasons:
                if reason.verdict == call.verdict:
                    yield (
                        f"| {place} | {call.verdict} | {_cell(reason.message)} |"
                        f" {_cell(reason.remedy)} |"
                    )
    yield ""


def _notes(migration: Migration) -> Iterator[str]:
    if migration.note_counts:
        yield "## Notes"
        yield ""
        yield "These concern the files as a whole, and are not changed by migrate."
        yield ""
        yield "| place | about | |"
        yield "| --- | --- | --- |"
        for result in migration.files():
            for note in result.notes:
                yield f"| {_cell(note.file)}:{note.line} | {note.code} | {_cell(note.text)} |"
        yield ""
    for each in migration.not_checked:
        yield f"Not checked: {each}."


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())

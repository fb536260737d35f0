"""The whole way: from a folder of DAGs to the files for MWAA."""

from __future__ import annotations

import secrets
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import mwaa_ecs_operator
from mwaa_ecs.errors import OperationError, UserError
from mwaa_ecs.migrate.air_rules import air_notes
from mwaa_ecs.migrate.analysis import CallResult, FileResult, Work, analyse_all, glances
from mwaa_ecs.migrate.answers import Answers, check_answers
from mwaa_ecs.migrate.judging.definitions import ContradictionError, Definitions
from mwaa_ecs.migrate.judging.questions import Question
from mwaa_ecs.migrate.judging.reasons import CONVERTED, DECISION, REFUSED, Reason
from mwaa_ecs.migrate.notes import Note
from mwaa_ecs.migrate.reading.folder import (
    AIRFLOW_IGNORE,
    Tree,
    importers_of,
    relevant,
    tree_of,
)
from mwaa_ecs.migrate.spool import Spool
from mwaa_ecs.migrate.writing.tasks import task_of

if TYPE_CHECKING:
    # It needs the extra sandbox.
    from mwaa_ecs.migrate.trial import Trial

Progress = Callable[[str, int, int], None]
"""Told what is done, how many of it, and of how many."""

_MOST_PROBLEMS = 20
_BATCH = 400

_Item = TypeVar("_Item")


@dataclass
class Migration:
    """Everything that a folder needs to run on MWAA.

    Attributes:
        root: the folder.
        answers: what a person answered.
        tree: its files.
        spool: the results of the files that matter.
        tasks: the module's tasks, by name.
        names: their names, by the definitions' keys.
        verdicts: calls by verdict.
        asked: calls by question, answered ones too.
        waiting: calls by question that is open.
        alone: calls that wait for one question only, by it.
        edited: files whose text changes, and those of them that change beyond import lines.
        note_counts: notes by their codes.
        not_checked: what could not be looked at, and why.
        trial: what the import in Airflow showed; None where it was not asked for.
    """

    root: Path
    answers: Answers
    tree: Tree
    spool: Spool
    tasks: dict[str, dict[str, Any]] = field(default_factory=dict)
    names: dict[tuple[Any, ...], str] = field(default_factory=dict)
    verdicts: Counter[str] = field(default_factory=Counter)
    asked: Counter[Question] = field(default_factory=Counter)
    waiting: Counter[Question] = field(default_factory=Counter)
    alone: Counter[Question] = field(default_factory=Counter)
    edited: int = 0
    beyond_imports: int = 0
    note_counts: Counter[str] = field(default_factory=Counter)
    not_checked: list[str] = field(default_factory=list)
    trial: Trial | None = None
    ambiguous: frozenset[tuple[Any, ...]] = frozenset()

    @property
    def is_open(self) -> bool:
        """Whether a call waits for an answer."""
        return bool(self.verdicts[DECISION])

    @property
    def folder(self) -> str:
        """The folder's own name."""
        return self.root.resolve().name

    def files(self) -> Iterator[FileResult]:
        """Yield the results of the files that matter, in order."""
        for result in self.spool:
            yield replace(result, calls=tuple(map(self._final, result.calls)))

    def _final(self, call: CallResult) -> CallResult:
        """Return a call whose task nothing tells apart from another as refused."""
        if not any(definition.key in self.ambiguous for definition, _ in call.definitions):
            return call
        reason = Reason(
            "ambiguous-mounts",
            "mounts",
            call.line,
            "Other calls mount another file system at the same path of the same image, and the"
            " image alone cannot tell their tasks apart",
            f"Name the task in the call: task={', '.join(self.tasks_of(call))!r}",
            REFUSED,
        )
        return replace(call, verdict=REFUSED, reasons=(*call.reasons, reason))

    def tasks_of(self, call: CallResult) -> list[str]:
        """Return the names of the tasks that run a call."""
        return list(dict.fromkeys(self.names[each.key] for each, _ in call.definitions))


def migrate(
    root: Path,
    answers: Answers,
    *,
    dags: Path | None,
    shipped: frozenset[str] | None,
    progress: Progress = lambda *_: None,
) -> Migration:
    """Read a folder, judge its calls, and write its edited DAG files.

    Args:
        root: the folder.
        answers: what a person answered.
        dags: where edited files are written; None for nowhere.
        shipped: packages that MWAA installs; None where that is not known.
        progress: told how far it is.

    Raises:
        UserError: the folder cannot be migrated, or the answers are wrong.
    """
    tree = tree_of(root)
    importers, docker = importers_of(
        tree.python,
        _told(glances(root, tree.python), "Looking at files", len(tree.python), progress),
    )
    files = relevant(docker, importers)
    found = Migration(root, answers, tree, Spool(files))
    definitions = Definitions()
    problems: list[str] = []
    work = Work(root, tree.python, importers, answers.given, dags, shipped)
    analysed = _told(analyse_all(work, files), "Reading calls", len(files), progress)
    for results in _batches(analysed):
        air, why = air_notes(root, [result.file for result in results])
        if why and why not in found.not_checked:
            found.not_checked.append(why)
        for result in results:
            if result.problem:
                problems.append(f"{result.file}: {result.problem}")
                continue
            notes = tuple(sorted([*result.notes, *air.get(result.file, [])]))
            if not (result.calls or notes or result.edges or result.edited):
                continue
            found.spool.add(replace(result, notes=notes))
            _count(found, result, notes)
            for call in result.calls:
                for definition, needs in call.definitions:
                    _add(definitions, definition, needs)
    if problems:
        raise UserError(
            "FOLDER: files cannot be read as Python: "
            + "; ".join(sorted(problems)[:_MOST_PROBLEMS])
            + (f" and {len(problems) - _MOST_PROBLEMS} more" * (len(problems) > _MOST_PROBLEMS))
            + ". Mend them, or take them out of the folder"
        )
    if not found.verdicts:
        raise UserError(
            f"FOLDER: {str(root)!r} has {len(tree.python)} Python files, and none calls"
            " DockerOperator; name the folder with your DAGs"
        )
    check_answers(answers, found.asked)
    _name(found, definitions)
    if shipped is None:
        found.not_checked.append(
            "packages that MWAA lacks: install mwaa-ecs with its extra sandbox"
        )
    return found


def _told(items: Iterable[_Item], what: str, count: int, progress: Progress) -> Iterator[_Item]:
    for number, item in enumerate(items, start=1):
        progress(what, number, count)
        yield item


def _batches(results: Iterator[FileResult]) -> Iterator[list[FileResult]]:
    """Yield results, some hundred at a time: ruff is started once for each batch."""
    while batch := list(islice(results, _BATCH)):
        yield batch


def _count(found: Migration, result: FileResult, notes: Iterable[Note]) -> None:
    found.edited += result.edited
    found.beyond_imports += result.beyond_imports
    found.note_counts.update(note.code for note in notes)
    for call in result.calls:
        found.verdicts[call.verdict] += 1
        found.asked.update(call.questions)
        waiting = {reason.question for reason in call.reasons if reason.question}
        if call.verdict == DECISION:
            found.waiting.update(question for question in waiting if question)
            if len(waiting) == 1:
                found.alone.update(question for question in waiting if question)


def _add(definitions: Definitions, definition: Any, needs: Any) -> None:
    try:
        definitions.add(definition, needs)
    except ContradictionError as error:
        image, credentials = error.args
        raise UserError(
            f"--answers: connections of the image {image!r} are answered with two secrets,"
            f" {' and '.join(sorted(credentials))}, and a task has one; answer them alike"
        ) from None


def _name(found: Migration, definitions: Definitions) -> None:
    found.names = definitions.named()
    apart: Counter[Any] = Counter(
        definition.told_apart_by for definition, _ in definitions.found.values()
    )
    found.ambiguous = frozenset(
        key
        for key, (definition, _) in definitions.found.items()
        if apart[definition.told_apart_by] > 1
    )
    found.tasks = {
        name: task_of(*definitions.found[key])
        for key, name in sorted(found.names.items(), key=lambda item: item[1])
    }
    if found.ambiguous:
        moved = sum(call.verdict == CONVERTED for each in found.spool for call in each.calls)
        kept = sum(call.verdict == CONVERTED for each in found.files() for call in each.calls)
        found.verdicts[CONVERTED] -= moved - kept
        found.verdicts[REFUSED] += moved - kept


# -- writing ---------------------------------------------------------------------------------


class Draft:
    """A folder that appears whole, or not at all.

    Raises:
        UserError: something is there already.
    """

    def __init__(self, out: Path, root: Path) -> None:
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise UserError(
                f"--out: {str(out)!r} is not an empty folder; name one that does not exist"
            )
        if not root.is_dir():
            why = "is a file" if root.exists() else "does not exist"
            raise UserError(f"FOLDER: {str(root)!r} {why}; name the folder with your DAGs")
        real, inside = out.resolve(), root.resolve()
        if real.is_relative_to(inside) or inside.is_relative_to(real):
            raise UserError(
                f"--out: {str(out)!r} and FOLDER {str(root)!r} lie in each other; name a folder"
                " beside it"
            )
        self.out = out
        self.path = real.with_name(f".{real.name}.{secrets.token_hex(6)}")

    def __enter__(self) -> Draft:
        """Make the draft."""
        try:
            self.path.mkdir(parents=True)
        except OSError as error:
            raise OperationError(
                f"--out: {self.out}: it cannot be written: {error.strerror}"
            ) from None
        return self

    def __exit__(self, *_: object) -> None:
        """Remove what is left of the draft."""
        shutil.rmtree(self.path, ignore_errors=True)

    def keep(self) -> None:
        """Put the draft in its place."""
        target = self.out.resolve()
        if target.exists():
            target.rmdir()
        self.path.replace(target)


def copy_rest(migration: Migration, dags: Path) -> None:
    """Copy what was not edited, so that the folder is whole, and add the operator's package."""
    root, tree = migration.root, migration.tree
    for file in (*tree.python, *tree.others):
        target = dags / file
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / file, target)
        shutil.copymode(root / file, target)
    for file, leads_to in tree.links:
        target = dags / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(leads_to)
    package = Path(mwaa_ecs_operator.__file__).parent
    home = dags / package.name
    if home.exists():
        raise UserError(
            f"FOLDER: it has a {package.name!r} already, and the operator's package would"
            " replace it; take it out of the folder"
        )
    home.mkdir()
    for path in sorted(package.glob("*.py")):
        shutil.copyfile(path, home / path.name)
    # Its modules make no DAG, and one of them needs the Docker provider, which MWAA lacks.
    ignore, line = dags / AIRFLOW_IGNORE, f"{package.name}/\n"
    own = ignore.read_text(encoding="utf-8") if ignore.exists() else ""
    ignore.write_text(own + ("\n" if own and not own.endswith("\n") else "") + line, "utf-8")

"""Analyses files one by one, on all cores; a result holds no tree, so memory stays flat."""

from __future__ import annotations

import ast
import gc
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mwaa_ecs.migrate.finding.calls import Call
from mwaa_ecs.migrate.finding.edges import Edge, edges_of
from mwaa_ecs.migrate.finding.finder import Finder
from mwaa_ecs.migrate.finding.places import always_runs
from mwaa_ecs.migrate.folding.fold import Folder
from mwaa_ecs.migrate.judging.definitions import Definition, Needs
from mwaa_ecs.migrate.judging.judge import Judge
from mwaa_ecs.migrate.judging.questions import Question
from mwaa_ecs.migrate.judging.reasons import REFUSED, Reason
from mwaa_ecs.migrate.notes import Note, notes_of
from mwaa_ecs.migrate.reading.folder import Glance, glance
from mwaa_ecs.migrate.reading.project import Module, Project
from mwaa_ecs.migrate.reading.text import UnreadableError
from mwaa_ecs.migrate.writing.imports import Imports, edit_imports

# A process costs about a second to start; below this many files one does it all sooner.
_WORTH_PROCESSES = 60
# So many files are given to a process at a time, and after so many a new one takes its place:
# what a process keeps and leaves behind is the same in a folder of any size.
_AT_A_TIME = 8
_OF_A_PROCESS = 200

IMPORT, ARGUMENTS, NOTHING = "import", "arguments", "none"


@dataclass(frozen=True)
class CallResult:
    """A call as the outputs show it.

    Attributes:
        task_id: the task's id where it is one constant.
        always: whether every parse of the file makes the task.
    """

    file: str
    line: int
    kind: str
    verdict: str
    edit: str
    images: tuple[str, ...]
    reasons: tuple[Reason, ...]
    questions: tuple[Question, ...]
    definitions: tuple[tuple[Definition, Needs], ...]
    task_id: str | None = None
    always: bool = False


@dataclass(frozen=True)
class FileResult:
    """The result of one file's analysis.

    Attributes:
        file: below the folder.
        calls: in order of line.
        notes: in order of line.
        edges: which task waits for which.
        edited: whether its text changes, and whether beyond its import lines.
        problem: why it cannot be read; then the rest is empty.
    """

    file: str
    calls: tuple[CallResult, ...] = ()
    notes: tuple[Note, ...] = ()
    edges: tuple[Edge, ...] = ()
    edited: bool = False
    beyond_imports: bool = False
    problem: str = ""


@dataclass(frozen=True)
class Work:
    """The inputs that every process of the analysis needs.

    Attributes:
        root: the folder.
        files: its Python files.
        importers: which files import each file.
        answers: by question.
        out: where edited files are written; None for nowhere.
        shipped: packages that MWAA installs; None where that is not known.
    """

    root: Path
    files: tuple[str, ...]
    importers: Mapping[str, Sequence[str]]
    answers: Mapping[str, Any]
    out: Path | None
    shipped: frozenset[str] | None


class Analyst:
    """Analyses files of one folder."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._folder = Folder(Project(work.root, work.files, work.importers))
        self._finder = Finder(self._folder)
        self._judge = Judge(self._finder, work.answers)

    def analyse(self, file: str) -> FileResult:
        """Return what a file holds, and write it with its imports edited."""
        try:
            module = self._folder.project.load(file)
            calls = self._finder.calls(module)
            imports = edit_imports(module)
            results = [self._result(call, module, imports) for call in calls]
            notes = sorted({*notes_of(module, self._folder, self._work.shipped)})
        except UnreadableError as error:
            return FileResult(file, problem=str(error))
        except OSError as error:
            return FileResult(file, problem=error.strerror or "it cannot be read")
        notes += [
            Note(
                file,
                line,
                "docker",
                f"MWAA does not have {name}, so the file cannot be imported there; see its"
                " refused calls, or remove the import",
            )
            for line, name in imports.left
        ]
        if imports.edits and self._work.out is not None:
            target = self._work.out / file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(module.text.edited(imports.edits))
        return FileResult(
            file,
            tuple(results),
            tuple(notes),
            tuple(edges_of(self._folder, module)),
            bool(imports.edits),
            bool(imports.uses),
        )

    def _result(self, call: Call, module: Module, imports: Imports) -> CallResult:
        judged = self._judge.judge(call)
        return CallResult(
            file=module.file,
            line=call.line,
            kind=call.kind,
            verdict=judged.verdict,
            edit=_edit(call, module, imports),
            images=tuple(judged.images),
            reasons=tuple(judged.reasons),
            questions=() if judged.verdict == REFUSED else tuple(judged.questions),
            definitions=tuple(judged.definitions),
            task_id=_task_id(call),
            always=self._always_runs(call, module),
        )

    def _always_runs(self, call: Call, module: Module) -> bool:
        place = module.scopes.places.get(id(call.node))
        return place is not None and call.is_whole and always_runs(module, self._folder, place)


def _edit(call: Call, module: Module, imports: Imports) -> str:
    if call.kind in ("swarm", "decorator") or not imports.names:
        return NOTHING
    lines = range(call.line, (call.node.end_lineno or call.line) + 1)
    if any(line in imports.uses for line in lines):
        return ARGUMENTS
    assert isinstance(call.node, ast.Call)
    named = [*call.node.args, *(keyword.value for keyword in call.node.keywords)]
    roots = [_root(call.node.func), *(each.id for each in named if isinstance(each, ast.Name))]
    if imports.names.intersection(roots):
        return IMPORT
    name = roots[0]
    imported = any(
        binding.kind == "import" for binding in module.scopes.module.names.get(name, ())
    )
    return NOTHING if imported and name else IMPORT


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _task_id(call: Call) -> str | None:
    """Return the task's id where it is one constant."""
    found = {
        value
        for variant in call.variants
        for _, value in call.argument(variant, "task_id")
        if isinstance(value, str)
    }
    return found.pop() if len(found) == 1 else None


# -- processes -------------------------------------------------------------------------------

_analyst: Analyst | None = None


def _begin(work: Work | None) -> None:
    # Looking for garbage among the trees takes half of the time, and there is little of it in
    # the life of a process.
    gc.disable()
    # The parent hears Ctrl-C, and ends its processes.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    global _analyst
    _analyst = Analyst(work) if work is not None else None


def _analyse(file: str) -> FileResult:
    assert _analyst is not None
    return _analyst.analyse(file)


def _glance(arguments: tuple[Path, str]) -> Glance:
    return glance(*arguments)


def glances(root: Path, files: Sequence[str]) -> Iterator[Glance]:
    """Look at every file's bytes, on all cores where there are many."""
    yield from _mapped(_glance, ((root, file) for file in files), None, len(files))


def analyse_all(work: Work, files: Sequence[str]) -> Iterator[FileResult]:
    """Yield the results of files, as they come.

    Not in order: a helper that every file calls takes long, and what comes meanwhile would wait
    in memory.
    """
    if len(files) < _WORTH_PROCESSES or _cores() < 2:
        analyst = Analyst(work)
        yield from map(analyst.analyse, files)
        return
    yield from _mapped(_analyse, files, work, len(files))


def _mapped(
    function: Callable[[Any], Any], items: Iterable[Any], work: Work | None, count: int
) -> Iterator[Any]:
    if count < _WORTH_PROCESSES or _cores() < 2:
        yield from map(function, items)
        return
    # Processes share the memory that this one has, as long as nobody writes to it.
    gc.collect()
    gc.freeze()
    pool = multiprocessing.get_context("fork").Pool(
        _cores(), _begin, (work,), maxtasksperchild=_OF_A_PROCESS // _AT_A_TIME
    )
    try:
        yield from pool.imap_unordered(function, items, chunksize=_AT_A_TIME)
        pool.close()
    except BaseException:
        pool.terminate()
        raise
    finally:
        pool.join()
        gc.unfreeze()


def _cores() -> int:
    return (
        len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count() or 1
    )

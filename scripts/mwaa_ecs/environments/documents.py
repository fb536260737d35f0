"""Reads and merges the files of a folder of environments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, reduce
from pathlib import Path

from mwaa_ecs.environments.fill import references
from mwaa_ecs.environments.merge import Idle, ignore, merged, without_nulls
from mwaa_ecs.environments.nulls import IdleNulls
from mwaa_ecs.environments.settings import LAYERS, TASK_DEFAULTS, check_keys
from mwaa_ecs.files import shown_name
from mwaa_ecs.hcl import Variable
from mwaa_ecs.problems import Problem, suggestion
from mwaa_ecs.strict_yaml import Node, read_document

DEFAULTS = "defaults"
TASKS = "tasks"
SUFFIX = ".yaml"


def visible(folder: Path, pattern: str) -> list[Path]:
    """Return the files and folders in a folder, without hidden ones."""
    return sorted(path for path in folder.glob(pattern) if not path.name.startswith("."))


class Documents:
    """The files of a folder of environments, each read once.

    Args:
        folder: the folder.
        variables: the module's variables.
        report: called with each problem of a file that is needed.

    Attributes:
        shared_is_whole: whether every file that environments share could be read.
        references: the names that the files read so far refer to as `${name}`.
    """

    def __init__(
        self, folder: Path, variables: dict[str, Variable], report: Callable[[Problem], None]
    ) -> None:
        self._folder = folder
        self._report = report
        self._environments: dict[str, Node | None] = {}
        self._layers: dict[str, Node | None] = {}
        self.variables = variables
        self.shared_is_whole = True
        self.references: set[str] = set()

    def environment(self, name: str) -> Node | None:
        """Return an environment's file; None where it cannot be read, which is reported."""
        if name not in self._environments:
            document = self._read(self._folder / f"{name}{SUFFIX}")
            self._environments[name] = document
            if document is not None:
                check_keys(document, self._report)
        return self._environments[name]

    def other_environment(self, name: str) -> Node | None:
        """Return the file of an environment that is not asked for; None if it has a problem."""
        if name in self._environments:
            return self._environments[name]
        return self._read(self._folder / f"{name}{SUFFIX}", quiet)

    @cached_property
    def tasks(self) -> Node:
        """The tasks of tasks/, as a layer."""
        file = shown_name(self._folder)
        nothing = Node({}, file, (1, 1))
        found: dict[str, Node] = {}
        folder = self._folder / TASKS
        if not folder.is_dir() and (folder.exists() or folder.is_symlink()):
            what = "it is a file; expected a folder with one file per task"
            self._report(Problem(shown_name(folder), 0, 0, "", what))
            self.shared_is_whole = False
        for path in visible(folder, f"*{SUFFIX}"):
            document = self._read(path)
            if document is None:
                self.shared_is_whole = False
            else:
                found[path.stem] = document
        if found and TASKS not in self.variables:
            first = next(iter(found.values()))
            what = "the module has no variable 'tasks'; declare it, or remove the folder tasks/"
            self._report(first.problem("", what))
            return nothing
        return _inputs(found, file) if found else nothing

    @cached_property
    def defaults(self) -> Node:
        """The file defaults.yaml; empty where there is none."""
        path = self._folder / f"{DEFAULTS}{SUFFIX}"
        if path.exists() or path.is_symlink():
            document = self._read(path)
            if document is not None:
                check_keys(document, self._report)
                if LAYERS in document.value:
                    self._refuse_layers(document)
                return document
            self.shared_is_whole = False
        return Node({}, shown_name(self._folder), (1, 1))

    @cached_property
    def shared(self) -> Node:
        """The layers below every environment: defaults.yaml merged over tasks/."""
        return self._merged([self.tasks, self.defaults], self._idle())

    @property
    def shared_alone(self) -> Node:
        """The same layers, without the tasks' defaults in each task."""
        return merged(without_nulls(self.tasks), self.defaults)

    def whole(self, document: Node, *, checked: bool = True) -> Node:
        """Return an environment's file merged over all that is below it.

        Args:
            document: the environment's file.
            checked: whether to report layers that do not exist and nulls that remove nothing.
        """
        above = [*self.layers_of(document, checked=checked), document]
        shared = self.shared
        idle = self._idle() if checked else ignore
        if not any(TASK_DEFAULTS in one.value for one in (shared, *above)):
            return reduce(lambda below, one: merged(below, one, idle), above, shared)
        return self._merged([self.tasks, self.defaults, *above], idle)

    def layers_of(self, document: Node, *, checked: bool = True) -> list[Node]:
        """Return the layers that an environment names, the lowest first."""
        return [
            layer
            for item in layer_names(document)
            if (layer := self._layer(item, checked=checked)) is not None
        ]

    @cached_property
    def layer_files(self) -> list[Path]:
        """The files in layers/."""
        return visible(self._folder / LAYERS, f"*{SUFFIX}")

    def _layer(self, name: Node, *, checked: bool) -> Node | None:
        """Return a layer; None where it cannot be read, or does not exist."""
        report = self._report if checked else quiet
        known = [path.stem for path in self.layer_files]
        if name.value not in known:
            path = f"{LAYERS}.{name.value}"
            what = f"there is no file {LAYERS}/{name.value}{SUFFIX}" + (
                suggestion(str(name.value), known, "layers") if known else "; add it"
            )
            report(name.problem(path, what))
            return None
        if name.value not in self._layers:
            document = self._read(self._folder / LAYERS / f"{name.value}{SUFFIX}")
            self._layers[name.value] = document
            if document is None:
                self.shared_is_whole = False
            else:
                check_keys(document, self._report)
                if LAYERS in document.value:
                    self._refuse_layers(document)
        return self._layers[name.value]

    def _refuse_layers(self, document: Node) -> None:
        what = "only an environment's own file can name layers; name them there"
        self._report(document.value[LAYERS].problem(LAYERS, what, key=True))

    def _merged(self, layers: Sequence[Node], idle: Idle) -> Node:
        """Merge layers over each task's defaults, which all layers together set.

        The names of the tasks follow from the layers too, so they are merged twice.
        """
        if any(TASK_DEFAULTS in layer.value for layer in layers):
            first = reduce(merged, layers, Node({}, layers[0].file, (1, 1)))
            given = first.value.get(TASK_DEFAULTS)
            tasks = _tasks_in(first)
            if given is not None and isinstance(given.value, dict) and tasks:
                base = _inputs(dict.fromkeys(tasks, given), given.file)
                return reduce(lambda below, one: merged(below, one, idle), layers, base)
        head, *rest = layers
        # Without a lower layer, a null removes nothing.
        return reduce(
            lambda below, one: merged(below, one, idle), rest, without_nulls(head, idle)
        )

    def _idle(self) -> IdleNulls:
        return IdleNulls(self.variables, self._report, whole=self.shared_is_whole)

    def _read(self, path: Path, report: Callable[[Problem], None] | None = None) -> Node | None:
        document = read_document(path, report or self._report)
        if document is not None:
            self.references |= references(document)
        return document


def quiet(_: Problem) -> None:
    """Report nothing."""


def layer_names(document: Node) -> list[Node]:
    """Return the names of the layers in an environment's file."""
    given = document.value.get(LAYERS)
    if given is None or not isinstance(given.value, list):
        return []
    return [item for item in given.value if isinstance(item.value, str)]


def _inputs(tasks: dict[str, Node], file: str) -> Node:
    """Return a layer that sets tasks."""
    static = all(node.static for node in tasks.values())
    node = Node(tasks, file, (1, 1), static=static)
    inputs = Node({TASKS: node}, file, (1, 1), static=static)
    return Node({"inputs": inputs}, file, (1, 1), static=static)


def _tasks_in(document: Node) -> list[str]:
    """Return the names of the tasks whose values are mappings."""
    inputs = document.value.get("inputs")
    tasks = inputs.value.get(TASKS) if inputs and isinstance(inputs.value, dict) else None
    if tasks is None or not isinstance(tasks.value, dict):
        return []
    return [name for name, task in tasks.value.items() if isinstance(task.value, dict)]

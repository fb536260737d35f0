"""A folder of environments: defaults.yaml, tasks/*.yaml and one file an environment."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from mwaa_ecs.environments.check import Checker
from mwaa_ecs.environments.document import Node, read_document, shown_name
from mwaa_ecs.environments.fill import Names
from mwaa_ecs.environments.json_text import JsonText
from mwaa_ecs.environments.layers import merged
from mwaa_ecs.environments.module import Module
from mwaa_ecs.environments.problems import Problem, Problems, did_you_mean, listed
from mwaa_ecs.environments.settings import Settings, check_keys, names_of, read_settings
from mwaa_ecs.errors import UserError

DEFAULTS = "defaults"
TASKS = "tasks"
_SUFFIX = ".yaml"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}")


@dataclass(frozen=True)
class Environment:
    """An environment whose YAML is right.

    Attributes:
        tfvars: the text of its `<name>.tfvars.json`.
    """

    name: str
    settings: Settings
    inputs: Node
    tfvars: str


class EnvironmentFolder:
    """Reads the environments of a folder.

    Args:
        folder: the folder with the YAML files.
        module: the module whose variables they set.

    Raises:
        UserError: there is no such folder, or it holds no environment.
    """

    def __init__(self, folder: Path, module: Module) -> None:
        if not folder.exists():
            raise UserError(f"there is no folder {str(folder)!r} with environments")
        if not folder.is_dir():
            raise UserError(f"{str(folder)!r} is a file; name the folder that it lies in")
        self.folder = folder
        self.module = module
        self.names = sorted(
            path.stem
            for path in folder.glob(f"*{_SUFFIX}")
            if path.stem != DEFAULTS and not path.name.startswith(".")
        )
        if not self.names:
            raise UserError(
                f"{str(folder)!r} holds no environment: there is no file such as dev.yaml in it"
            )

    def load(self, names: Sequence[str] = ()) -> list[Environment]:
        """Return the named environments, else all, in the order of their names.

        Raises:
            EnvironmentErrors: something is wrong; every problem is told.
            UserError: there is no such environment.
        """
        for name in names:
            if name not in self.names:
                raise UserError(
                    f"there is no environment {name!r}: {str(self.folder)!r} holds "
                    f"{listed(self.names)}{did_you_mean(name, self.names)}"
                )
        wanted = sorted(set(names)) or self.names
        problems = Problems()
        reader = _Reader(self.folder, self.module, problems)
        with _without_collector():
            reader.check_shared()
            self._check_names(problems)
            environments = [
                found for name in wanted if (found := reader.environment(name)) is not None
            ]
            reader.check_states(wanted, self.names)
        problems.stop()
        return environments

    def _check_names(self, problems: Problems) -> None:
        seen: dict[str, str] = {}
        for name in self.names:
            file = shown_name(self.folder / f"{name}{_SUFFIX}")
            if not _NAME.fullmatch(name):
                what = f"{name!r} cannot be a name: letters, digits, - and _ are legal"
                problems.add(Problem(file, 0, 0, "", what))
            if name.lower() in seen:
                what = f"it differs from {seen[name.lower()]!r} by capitals only"
                problems.add(Problem(file, 0, 0, "", what))
            seen[name.lower()] = name
        for folder in (self.folder, self.folder / TASKS):
            for path in sorted(folder.glob("*.yml")):
                what = f"files end with {_SUFFIX}; call it {path.stem}{_SUFFIX}"
                problems.add(Problem(shown_name(path), 0, 0, "", what))


@contextmanager
def _without_collector() -> Iterator[None]:
    """Let Python's cycle collector rest: it would look through a million live nodes again and
    again, a fifth of the time for 200 environments, and find nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Reader:
    def __init__(self, folder: Path, module: Module, problems: Problems) -> None:
        self.folder = folder
        self.module = module
        self.problems = problems
        self.text = JsonText()
        self.complete = Checker(problems.add)
        # Where a lower layer cannot be read, what is missing may stand there.
        self.partial = Checker(problems.add, complete=False)
        self.shared_is_whole = True
        self.documents: dict[str, Node | None] = {}

    @cached_property
    def shared(self) -> Node:
        """What all environments have in common: tasks/*.yaml, and defaults.yaml over it."""
        layer = self._tasks()
        path = self.folder / f"{DEFAULTS}{_SUFFIX}"
        if path.is_file() or path.is_symlink():
            document = read_document(path, self.problems.add)
            if document is None:
                self.shared_is_whole = False
            else:
                check_keys(document, self.problems.add)
                layer = merged(layer, document)
        return layer

    def check_shared(self) -> None:
        """Check what is shared by itself, also what no environment takes over."""
        inputs = self.shared.value.get("inputs")
        if inputs is not None and isinstance(inputs.value, dict):
            checker = Checker(self.problems.add, complete=False, open_references=True)
            checker.variables(inputs, self.module.variables)

    def _tasks(self) -> Node:
        file = shown_name(self.folder)
        found: dict[str, Node] = {}
        for path in sorted((self.folder / TASKS).glob(f"*{_SUFFIX}")):
            document = read_document(path, self.problems.add)
            if document is None:
                self.shared_is_whole = False
            else:
                found[path.stem] = document
        if not found:
            return Node({}, file, (1, 1))
        if TASKS not in self.module.variables:
            first = next(iter(found.values()))
            self.problems.add(first.problem("", "the module has no variable 'tasks' for it"))
            return Node({}, file, (1, 1))
        static = all(node.static for node in found.values())
        tasks = Node(found, file, (1, 1), static=static)
        inputs = Node({TASKS: tasks}, file, (1, 1), static=static)
        return Node({"inputs": inputs}, file, (1, 1), static=static)

    def environment(self, name: str) -> Environment | None:
        """Return an environment; None where it has problems, which are reported."""
        document = self._document(name)
        if document is None:
            return None
        count = len(self.problems.found)
        check_keys(document, self.problems.add)
        whole = merged(self.shared, document)
        names = names_of(name, whole, self.problems.add)
        settings = read_settings(
            name,
            whole,
            names,
            self.folder,
            self.problems.add,
            complete=self.shared_is_whole,
        )
        inputs = whole.value.get("inputs") or Node({}, document.file, document.place)
        if not isinstance(inputs.value, dict):
            return None
        filled = names.fill(inputs, "inputs")
        checker = self.complete if self.shared_is_whole else self.partial
        checker.variables(filled, self.module.variables)
        self._check_unused(whole, names)
        if settings is None or len(self.problems.found) > count:
            return None
        return Environment(name, settings, filled, self.text.of(filled))

    def _check_unused(self, whole: Node, names: Names) -> None:
        """Fill in the vars that nothing refers to as well: a circle among them is an error."""
        given = whole.value.get("vars")
        if given is not None and isinstance(given.value, dict):
            for name, item in given.value.items():
                if not isinstance(item.value, dict | list):
                    names.value(name, item, f"vars.{name}")

    def _document(self, name: str) -> Node | None:
        if name not in self.documents:
            path = self.folder / f"{name}{_SUFFIX}"
            self.documents[name] = read_document(path, self.problems.add)
        return self.documents[name]

    def check_states(self, wanted: Iterable[str], everybody: Iterable[str]) -> None:
        """Report wanted environments that would write the same state as another one."""
        quiet: Callable[[Problem], None] = lambda _: None  # noqa: E731
        owners: dict[str, list[tuple[str, Node]]] = {}
        for name in everybody:
            if name not in self.documents:
                document = read_document(self.folder / f"{name}{_SUFFIX}", quiet)
            else:
                document = self.documents[name]
            if document is None:
                continue
            whole = merged(self.shared, document)
            settings = read_settings(
                name, whole, names_of(name, whole, quiet), self.folder, quiet
            )
            if settings is not None:
                backend = settings.backend
                owners.setdefault(backend.identity, []).append((name, backend.node))
        for identity, both in owners.items():
            names = [name for name, _ in both]
            if len(both) < 2 or not set(names) & set(wanted):
                continue
            shown = identity if identity.startswith("s3://") else shown_name(Path(identity))
            node = next(node for name, node in both if name in wanted)
            self.problems.add(
                node.problem(
                    "backend",
                    f"{' and '.join(names)} would write one state, {shown}; put "
                    "${environment} into it",
                    key=True,
                )
            )

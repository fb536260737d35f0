"""A folder of environments: defaults.yaml, tasks/*.yaml and one file per environment."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from mwaa_ecs.environments.check import Checker, has_any
from mwaa_ecs.environments.fill import Names
from mwaa_ecs.environments.json_text import MAXIMUM_SIZE, JsonText, TooLargeError
from mwaa_ecs.environments.merge import merged, without_nulls
from mwaa_ecs.environments.module import Module, check_folder
from mwaa_ecs.environments.nulls import IdleNulls
from mwaa_ecs.environments.settings import Settings, check_keys, names_of, read_settings
from mwaa_ecs.errors import OperationError, UserError
from mwaa_ecs.files import shown_name
from mwaa_ecs.problems import Problem, Problems, suggestion
from mwaa_ecs.strict_yaml import Node, read_document

DEFAULTS = "defaults"
TASKS = "tasks"
_SUFFIX = ".yaml"
_LIKE_YAML = (".yml", ".yaml")
MAXIMUM_TOTAL = 256_000_000
"""The characters that all environments of one command may have."""

_RESERVED = {
    "terraform": "Terraform reads a terraform.tfvars.json for every environment; rename "
    "the file",
    "default": f"an environment cannot have this name; did you mean {DEFAULTS}{_SUFFIX}?",
    DEFAULTS: f"an environment cannot have this name; did you mean {DEFAULTS}{_SUFFIX}?",
}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}")


@dataclass(frozen=True)
class Environment:
    """An environment whose YAML has no problems.

    Attributes:
        name: its name, which is the name of its file.
        settings: its account, region and state.
        tfvars: the text of its `<name>.tfvars.json`.
    """

    name: str
    settings: Settings
    tfvars: str

    @property
    def inputs(self) -> dict[str, Any]:
        """The values of its variables, by name."""
        return dict(json.loads(self.tfvars))


class EnvironmentFolder:
    """Reads the environments of a folder.

    Args:
        folder: the folder with the YAML files.
        module: the module whose variables they set.

    Raises:
        UserError: the folder does not exist, or it contains no environment.
    """

    def __init__(self, folder: Path, module: Module) -> None:
        check_folder(folder)
        self.folder = folder
        self.module = module
        self.unchecked: list[str] = []
        self.names = [
            path.stem for path in _visible(folder, f"*{_SUFFIX}") if path.stem != DEFAULTS
        ]
        if not self.names:
            raise UserError(
                f"{str(folder)!r} contains no environment; add a file such as dev.yaml"
            )

    def load(self, names: Sequence[str] = (), *, for_run: bool = False) -> list[Environment]:
        """Return the named environments, else all, in the order of their names.

        `unchecked` then lists the inputs whose type accepts any value.

        Args:
            names: the environments to load.
            for_run: whether they are rolled out now; see `Module.typed`.

        Raises:
            ProblemsError: the YAML has problems; the error has all of them.
            UserError: an environment does not exist.
        """
        for name in names:
            if name not in self.names:
                # Completion in the shell gives dev.yaml, or its path.
                given = Path(name).name.partition(".")[0]
                raise UserError(
                    f"there is no environment {name!r}"
                    + suggestion(given, self.names, f"environments in {str(self.folder)!r}")
                )
        wanted = sorted(set(names)) or self.names
        problems = Problems()
        modules = {name: self.module.typed(name, for_run=for_run) for name in wanted}
        reader = _Reader(self.folder, modules[wanted[0]], problems)
        reader.check_shared(list({id(module): module for module in modules.values()}.values()))
        self._check_names(problems)
        environments = []
        size = 0
        for name in wanted:
            environments.append(found := reader.environment(name, modules[name]))
            size += len(found.tfvars) if found else 0
            if size > MAXIMUM_TOTAL:
                raise UserError(
                    f"the environments up to {name!r} have more than {MAXIMUM_TOTAL:,} "
                    "characters when they are rendered together; name fewer "
                    "environments at a time"
                )
        reader.check_states(wanted, self.names)
        problems.stop()
        self.unchecked = sorted(reader.unchecked)
        whole = [found for found in environments if found is not None]
        if len(whole) < len(wanted):
            raise OperationError(
                f"{', '.join(wanted)}: not all could be rendered, and no problem is known. "
                "This is a "
                "bug in mwaa-ecs; report it with your YAML"
            )
        return whole

    def _check_names(self, problems: Problems) -> None:
        seen: dict[str, str] = {}
        for name in self.names:
            file = shown_name(self.folder / f"{name}{_SUFFIX}")
            if not _NAME.fullmatch(name):
                what = f"{name!r} cannot be a name; use at most 63 letters, digits, - and _"
                problems.add(Problem(file, 0, 0, "", what))
            if name.lower() in seen:
                what = f"it differs from {seen[name.lower()]!r} by capitals only; rename one"
                problems.add(Problem(file, 0, 0, "", what))
            seen[name.lower()] = name
            if name.lower() in _RESERVED:
                problems.add(Problem(file, 0, 0, "", _RESERVED[name.lower()]))
        for path in self._unread():
            if path.is_dir():
                what = (
                    f"folders in {TASKS}/ are not read; a task is a file in {TASKS}/ itself; "
                    "move it up"
                )
            else:
                what = f"it must end with {_SUFFIX}; rename it to {path.stem}{_SUFFIX}"
            problems.add(Problem(shown_name(path), 0, 0, "", what))

    def _unread(self) -> Iterator[Path]:
        """Yield files that look like an environment or a task, but are not read as one."""
        tasks = self.folder / TASKS
        for path in _visible(self.folder, "*"):
            if path.suffix != _SUFFIX and path.suffix.lower() in _LIKE_YAML:
                yield path
        for path in _visible(tasks, "*"):
            other = path.suffix != _SUFFIX and path.suffix.lower() in (*_LIKE_YAML, ".json")
            if other or (path.is_dir() and any(path.rglob(f"*{_SUFFIX}"))):
                yield path


def _visible(folder: Path, pattern: str) -> list[Path]:
    """Return the files and folders in a folder, without hidden ones."""
    return sorted(path for path in folder.glob(pattern) if not path.name.startswith("."))


class _Reader:
    def __init__(self, folder: Path, module: Module, problems: Problems) -> None:
        self.folder = folder
        self.module = module
        self.problems = problems
        self.text = JsonText()
        self.complete = Checker(problems.add)
        # A required key that is missing may be in a lower file that cannot be read.
        self.partial = Checker(problems.add, complete=False)
        self.shared_is_whole = True
        self.unchecked: set[str] = set()
        self.documents: dict[str, Node | None] = {}

    @cached_property
    def shared(self) -> Node:
        """The layer below every environment: defaults.yaml merged over tasks/*.yaml."""
        layer = self._tasks()
        path = self.folder / f"{DEFAULTS}{_SUFFIX}"
        if path.exists() or path.is_symlink():
            document = read_document(path, self.problems.add)
            if document is None:
                self.shared_is_whole = False
            else:
                check_keys(document, self.problems.add)
                layer = merged(layer, document, self._nulls())
        return layer

    def check_shared(self, modules: Sequence[Module]) -> None:
        """Check the shared layer on its own, also values that every environment replaces.

        Where environments have different versions of the module, a value that one version
        accepts is checked in each environment only.
        """
        inputs = self.shared.value.get("inputs")
        if inputs is None or not isinstance(inputs.value, dict):
            return
        found: list[dict[Problem, None]] = []
        for module in modules:
            own: dict[Problem, None] = {}
            checker = Checker(
                lambda problem, own=own: own.setdefault(problem),  # type: ignore[misc]
                complete=False,
                open_references=True,
            )
            checker.variables(inputs, module.variables)
            found.append(own)
        places = [{(p.file, p.line, p.column, p.path) for p in own} for own in found]
        for problem in found[0]:
            place = (problem.file, problem.line, problem.column, problem.path)
            if all(place in others for others in places):
                self.problems.add(problem)

    def _tasks(self) -> Node:
        file = shown_name(self.folder)
        found: dict[str, Node] = {}
        folder = self.folder / TASKS
        if not folder.is_dir() and (folder.exists() or folder.is_symlink()):
            what = "it is a file; expected a folder with one file per task"
            self.problems.add(Problem(shown_name(folder), 0, 0, "", what))
            self.shared_is_whole = False
        for path in _visible(folder, f"*{_SUFFIX}"):
            document = read_document(path, self.problems.add)
            if document is None:
                self.shared_is_whole = False
            else:
                where = ("inputs", TASKS, path.stem)
                found[path.stem] = without_nulls(document, self._nulls(), where)
        if not found:
            return Node({}, file, (1, 1))
        if TASKS not in self.module.variables:
            first = next(iter(found.values()))
            what = "the module has no variable 'tasks'; declare it, or remove the folder tasks/"
            self.problems.add(first.problem("", what))
            return Node({}, file, (1, 1))
        static = all(node.static for node in found.values())
        tasks = Node(found, file, (1, 1), static=static)
        inputs = Node({TASKS: tasks}, file, (1, 1), static=static)
        return Node({"inputs": inputs}, file, (1, 1), static=static)

    def environment(self, name: str, module: Module) -> Environment | None:
        """Return an environment; None where it has problems, which are reported.

        Args:
            name: its name.
            module: the module as this environment has it.
        """
        self.module = module
        document = self._document(name)
        if document is None:
            return None
        check_keys(document, self.problems.add)
        whole = merged(self.shared, document, self._nulls())
        names = names_of(name, whole, self.problems.add)
        settings = read_settings(
            name,
            whole,
            names,
            self.folder,
            self.problems.add,
            complete=self.shared_is_whole,
        )
        inputs = self._inputs(whole)
        if not isinstance(inputs.value, dict):
            return None
        filled = names.fill(inputs, "inputs")
        checker = self.complete if self.shared_is_whole else self.partial
        checker.variables(filled, self.module.variables)
        self.unchecked.update(
            key
            for key in filled.value
            if key in self.module.variables and has_any(self.module.variables[key].type)
        )
        self._check_unused(whole, names)
        if settings is None or self.problems.found:
            # With any problem nothing is rendered, and a value may not be filled in.
            return None
        try:
            return Environment(name, settings, self.text.of(filled))
        except TooLargeError:
            what = (
                f"rendered, it has more than {MAXIMUM_SIZE:,} characters, with what tasks/ and "
                f"{DEFAULTS}{_SUFFIX} add; use fewer or shorter values"
            )
            self.problems.add(filled.problem("inputs", what, key=True))
            return None

    def _inputs(self, whole: Node) -> Node:
        inputs: Node | None = whole.value.get("inputs")
        if inputs is not None:
            return inputs
        null = whole.removed.get("inputs")
        if null is None:
            # No line of the file is wrong, so the problem names the file alone.
            return Node({}, whole.file, (0, 0))
        below = self.shared.value["inputs"].value
        removed = dict.fromkeys(below, null) if isinstance(below, dict) else {}
        return Node({}, null.file, null.place, null.key_place, removed=removed)

    def _nulls(self) -> IdleNulls:
        return IdleNulls(self.module.variables, self.problems.add, whole=self.shared_is_whole)

    def _check_unused(self, whole: Node, names: Names) -> None:
        """Fill in the vars that nothing refers to, to report circular references in them."""
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
        """Report each wanted environment that has the same state as another one."""
        quiet: Callable[[Problem], None] = lambda _: None  # noqa: E731
        owners: dict[tuple[str, str], list[tuple[str, Node]]] = {}
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
                owners.setdefault(backend.state, []).append((name, backend.node))
        for (_, identity), both in owners.items():
            names = [name for name, _ in both]
            if len(both) < 2 or not set(names) & set(wanted):
                continue
            shown = identity if identity.startswith("s3://") else shown_name(Path(identity))
            node = next(node for name, node in both if name in wanted)
            self.problems.add(
                node.problem(
                    "backend",
                    f"{' and '.join(names)} would write the same state, {shown}; put "
                    "${environment} into its name",
                    key=True,
                )
            )

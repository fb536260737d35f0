"""A folder of environments: defaults.yaml, tasks/, layers/ and one file per environment."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mwaa_ecs.environments.check import Checker, has_any
from mwaa_ecs.environments.collisions import Collisions
from mwaa_ecs.environments.documents import (
    DEFAULTS,
    SUFFIX,
    TASKS,
    Documents,
    layer_names,
    quiet,
    visible,
)
from mwaa_ecs.environments.file_names import check_file_names
from mwaa_ecs.environments.fill import Names
from mwaa_ecs.environments.json_text import MAXIMUM_SIZE, JsonText, TooLargeError
from mwaa_ecs.environments.module import Module, check_folder
from mwaa_ecs.environments.settings import (
    LAYERS,
    TASK_DEFAULTS,
    Settings,
    names_of,
    read_settings,
)
from mwaa_ecs.errors import OperationError, UserError
from mwaa_ecs.files import shown_name
from mwaa_ecs.hcl import MapType, Type
from mwaa_ecs.problems import Problem, Problems, shortened, suggestion
from mwaa_ecs.strict_yaml import Node

MAXIMUM_TOTAL = 256_000_000
"""The characters that all environments of one command may have."""


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
        self.names = environment_names(folder)
        self.folder = folder
        self.module = module
        self.unchecked: list[str] = []

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
        check_file_names(self.folder, self.names, problems.add)
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
        reader.check_together(wanted, self.names)
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


def environment_names(folder: Path) -> list[str]:
    """Return the names of a folder's environments.

    Raises:
        UserError: the folder does not exist, or it contains no environment.
    """
    check_folder(folder)
    names = [path.stem for path in visible(folder, f"*{SUFFIX}") if path.stem != DEFAULTS]
    if not names:
        raise UserError(f"{str(folder)!r} contains no environment; add a file such as dev.yaml")
    return names


class _Reader:
    def __init__(self, folder: Path, module: Module, problems: Problems) -> None:
        self.folder = folder
        self.module = module
        self.problems = problems
        self.text = JsonText()
        self.complete = Checker(problems.add)
        # A required key that is missing may be in a lower file that cannot be read.
        self.partial = Checker(problems.add, complete=False)
        self.opened = Checker(problems.add, complete=False, open_references=True)
        self.unchecked: set[str] = set()
        self.documents = Documents(folder, module.variables, problems.add)

    def check_shared(self, modules: Sequence[Module]) -> None:
        """Check what environments share on its own, also values that all of them replace.

        Where environments have different versions of the module, a value that one version
        accepts is checked in each environment only.
        """
        found: list[dict[Problem, None]] = []
        for module in modules:
            own: dict[Problem, None] = {}
            checker = Checker(
                lambda problem, own=own: own.setdefault(problem),  # type: ignore[misc]
                complete=False,
                open_references=True,
            )
            self._check_inputs(self.documents.shared_alone, checker, module)
            found.append(own)
        places = [{(p.file, p.line, p.column, p.path) for p in own} for own in found]
        for problem in found[0]:
            place = (problem.file, problem.line, problem.column, problem.path)
            if all(place in others for others in places):
                self.problems.add(problem)

    @staticmethod
    def _check_inputs(document: Node, checker: Checker, module: Module) -> None:
        inputs = document.value.get("inputs")
        if inputs is not None and isinstance(inputs.value, dict):
            checker.variables(inputs, module.variables)

    def environment(self, name: str, module: Module) -> Environment | None:
        """Return an environment; None where it has problems, which are reported.

        Args:
            name: its name.
            module: the module as this environment has it.
        """
        self.module = module
        self.documents.variables = module.variables
        document = self.documents.environment(name)
        if document is None:
            return None
        whole = self.documents.whole(document)
        for layer in self.documents.layers_of(document, checked=False):
            self._check_inputs(layer, self.opened, module)
        names = names_of(name, whole, self.problems.add)
        is_whole = self.documents.shared_is_whole
        settings = read_settings(
            name, whole, names, self.folder, self.problems.add, complete=is_whole
        )
        good = self._check_task_defaults(whole, names)
        inputs = self._inputs(whole)
        if not isinstance(inputs.value, dict) or not good:
            return None
        filled = names.fill(inputs, "inputs")
        checker = self.complete if is_whole else self.partial
        checker.variables(filled, self.module.variables)
        self._check_templates(filled)
        self.unchecked.update(
            key
            for key in filled.value
            if key in self.module.variables and has_any(self.module.variables[key].type)
        )
        self._fill_unused(whole, names)
        if settings is None or self.problems.found:
            # With any problem nothing is rendered, and a value may not be filled in.
            return None
        try:
            return Environment(name, settings, self.text.of(filled))
        except TooLargeError:
            what = (
                f"rendered, it has more than {MAXIMUM_SIZE:,} characters, with what tasks/ and "
                f"{DEFAULTS}{SUFFIX} add; use fewer or shorter values"
            )
            self.problems.add(filled.problem("inputs", what, key=True))
            return None

    def _check_templates(self, inputs: Node) -> None:
        """Report images that are templates of Airflow: ECS gets them as they are."""

        def check(node: Node, path: str) -> None:
            if isinstance(node.value, dict):
                for key, item in node.value.items():
                    check(item, f"{path}.{key}")
            elif isinstance(node.value, str) and path.endswith(".image") and "{{" in node.value:
                what = (
                    f"{shortened(repr(node.value))}: Airflow fills in no image here, which is "
                    "fixed when the task is rolled out; use ${name} with vars, or name the "
                    "image in the DAG"
                )
                self.problems.add(node.problem(path, what))

        tasks = inputs.value.get(TASKS)
        if tasks is not None:
            check(tasks, f"inputs.{TASKS}")

    def _check_task_defaults(self, whole: Node, names: Names) -> bool:
        """Check the tasks' defaults on their own; they are in every task, and reported once."""
        given = whole.value.get(TASK_DEFAULTS)
        if given is None or not isinstance(given.value, dict):
            # `check_keys` reports another kind.
            return True
        kind = self._task_type()
        if kind is None:
            what = f"the module has no variable {TASKS!r} that is a map; remove {TASK_DEFAULTS}"
            self.problems.add(given.problem(TASK_DEFAULTS, what, key=True))
            return False
        before = len(self.problems.found)
        self.partial.value(names.fill(given, TASK_DEFAULTS), kind, TASK_DEFAULTS)
        return len(self.problems.found) == before

    def _task_type(self) -> Type | None:
        variable = self.module.variables.get(TASKS)
        if variable is None:
            return None
        return variable.type.element if isinstance(variable.type, MapType) else None

    def _inputs(self, whole: Node) -> Node:
        inputs: Node | None = whole.value.get("inputs")
        if inputs is not None:
            return inputs
        null = whole.removed.get("inputs")
        if null is None:
            # No line of the file is wrong, so the problem names the file alone.
            return Node({}, whole.file, (0, 0))
        below = self.documents.shared.value["inputs"].value
        removed = dict.fromkeys(below, null) if isinstance(below, dict) else {}
        return Node({}, null.file, null.place, null.key_place, removed=removed)

    def _fill_unused(self, whole: Node, names: Names) -> None:
        """Fill in the vars that nothing refers to, to report circular references in them."""
        given = whole.value.get("vars")
        if given is not None and isinstance(given.value, dict):
            for name, item in given.value.items():
                if not isinstance(item.value, dict | list):
                    names.value(name, item, f"vars.{name}")

    def check_together(self, wanted: Sequence[str], everybody: Sequence[str]) -> None:
        """Check what only all files together tell.

        Args:
            wanted: the environments that are asked for.
            everybody: all environments of the folder.
        """
        # One environment alone collides with none. To read the root's variables for it took a
        # third of a render.
        collisions = Collisions(self.module.folder) if len(everybody) > 1 else None
        files: dict[str, Node | None] = {}
        for name in everybody:
            files[name] = document = (
                self.documents.environment(name)
                if name in wanted
                else self.documents.other_environment(name)
            )
            if document is None:
                continue
            whole = self.documents.whole(document, checked=False)
            names = names_of(name, whole, quiet)
            settings = read_settings(name, whole, names, self.folder, quiet)
            if settings is not None and collisions is not None:
                collisions.add(name, settings, whole, names)
        if collisions is not None:
            collisions.report(wanted, self.problems.add)
        read = [document for document in files.values() if document is not None]
        if len(read) == len(files) and self.documents.shared_is_whole:
            self._check_layers(read)
            self._check_vars([files[name] for name in wanted])

    def _check_layers(self, documents: Sequence[Node]) -> None:
        """Report layers that no environment names."""
        used = {item.value for document in documents for item in layer_names(document)}
        for path in self.documents.layer_files:
            if path.stem not in used:
                what = f"no environment names this layer; name it in {LAYERS}, or delete it"
                self.problems.add(Problem(shown_name(path), 0, 0, "", what))

    def _check_vars(self, documents: Sequence[Node | None]) -> None:
        """Report vars that no file refers to: a misspelt one leaves the value as it was."""
        known = self.documents.references
        layers = [
            layer
            for document in documents
            if document is not None
            for layer in self.documents.layers_of(document, checked=False)
        ]
        for document in (self.documents.defaults, *layers, *documents):
            given = document.value.get("vars") if document is not None else None
            if given is None or not isinstance(given.value, dict):
                continue
            for name, item in given.value.items():
                if name not in known and item.value is not None:
                    what = f"nothing refers to ${{{name}}}"
                    near = sorted(known)
                    what += suggestion(name, near, "names in use") if near else "; remove it"
                    self.problems.add(item.problem(f"vars.{name}", what, key=True))

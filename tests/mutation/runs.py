"""Runs the tests on a copy of the repository that has mutants in it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mutation.sites import Site, apply
from mwaa_ecs.terraform import Terraform, find_terraform
from running_provider import VARIABLE

_MARKER = re.compile(r"mutant-[0-9a-f]{8}")
_MISSING = re.compile(r"The checkable object, (\S+?), was expected to report an error")
_NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "node_modules")

# The Python tests that read Terraform's messages. The first plans no resource, in seconds.
_VARIABLES = "unit/test_variable_messages.py"
_ACCOUNT = "plan/test_root_messages.py"
_MODULES = "plan/test_module_messages.py"
_PYTHON_TESTS = {
    ".": (_ACCOUNT,),
    "modules/dags": (_MODULES,),
    "modules/execution-role": (_MODULES,),
    "modules/iam-policy": (_MODULES,),
    "modules/mwaa-environment": (_MODULES,),
    "modules/network": (_MODULES,),
    "modules/ssm-parameters": (_MODULES,),
    "modules/task-definition": ("plan/test_task_mistakes.py", _ACCOUNT),
}


def python_tests(module: str) -> Sequence[str]:
    """Return the Python tests that read the messages of a module's other rules."""
    return _PYTHON_TESTS.get(module, ())


def _is_error(event: dict[str, Any]) -> bool:
    return bool(event.get("diagnostic", {}).get("severity") == "error")


@dataclass(frozen=True)
class Noticed:
    """What failed.

    Attributes:
        failed: whether anything did.
        owners: the objects whose rule was expected to fail and did not, without indexes.
        unclear: whether native tests failed in another way too, or were skipped for that.
        shown: by failed test, the changed messages that its report shows.
    """

    failed: bool = False
    owners: frozenset[str] = frozenset()
    unclear: bool = False
    shown: Mapping[str, frozenset[str]] = field(default_factory=dict)


class Copy:
    """A copy of the repository that mutants are written to.

    Args:
        repository: what is copied.
        target: where to.
        attached: TF_REATTACH_PROVIDERS of a provider for the native tests.
    """

    def __init__(self, repository: Path, target: Path, attached: str) -> None:
        self._repository = repository
        self.folder = Path(shutil.copytree(repository, target, ignore=_NOT_COPIED))
        self._environ = {**os.environ, VARIABLE: attached}
        self._ready: set[str] = set()

    @contextmanager
    def mutated(self, sites: Sequence[Site]) -> Iterator[None]:
        """Break these sites together while the `with` block runs."""
        paths = {site.path for site in sites}
        originals = {path: (self.folder / path).read_text("utf-8") for path in paths}
        try:
            for path, text in originals.items():
                broken = apply(text, [site for site in sites if site.path == path])
                (self.folder / path).write_text(broken, "utf-8")
            yield
        finally:
            for path, text in originals.items():
                (self.folder / path).write_text(text, "utf-8")

    def native(self, module: str, owners: Set[str]) -> Noticed:
        """Run the native tests of a module that name one of these objects.

        A rule that always holds changes only a run that expects it to fail.
        """
        folder = self.folder / module
        names = [re.compile(rf"\b{re.escape(owner)}\b") for owner in owners]
        files = [
            f"-filter={path.relative_to(folder)}"
            for path in sorted(folder.glob("tests/*.tftest.hcl"))
            if any(name.search(path.read_text("utf-8")) for name in names)
        ]
        if not files:
            return Noticed()
        if module not in self._ready:
            Terraform(folder, environ=self._environ).init()
            self._ready.add(module)
        done = subprocess.run(
            [str(find_terraform()), "test", "-json", *files],
            cwd=folder,
            env=self._environ,
            capture_output=True,
            text=True,
            check=False,
        )
        events = [json.loads(line) for line in done.stdout.splitlines()]
        errors = [event["diagnostic"]["detail"] for event in events if _is_error(event)]
        missing = [found[1] for text in errors if (found := _MISSING.search(text))]
        skipped = [
            event["test_summary"]["skipped"] for event in events if "test_summary" in event
        ]
        return Noticed(
            failed=done.returncode != 0,
            owners=frozenset(re.sub(r"\[.*?\]", "", owner) for owner in missing),
            unclear=len(missing) < len(errors) or skipped != [0],
        )

    def variables(self) -> Noticed:
        """Run the Python tests that read the messages of all modules' variables."""
        return self._pytest([_VARIABLES])

    def python(self, module: str) -> Noticed:
        """Run the other Python tests that read a module's messages."""
        return self._pytest(python_tests(module))

    def _pytest(self, tests: Sequence[str]) -> Noticed:
        if not tests:
            return Noticed()
        report = self.folder / "report.xml"
        done = subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "-q", "-vv", "--junit-xml", str(report)),
                # A long traceback shows a test's arguments, and with them other messages.
                *("--tb", "short", "-p", "no:cacheprovider"),
                *(f"tests/{name}" for name in tests),
            ],
            cwd=self.folder,
            # The copy's own package, not the installed one.
            env={**os.environ, "PYTHONPATH": str(self.folder / "scripts")},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode not in (0, 1):
            raise AssertionError(done.stdout + done.stderr)
        # A failed fixture fails every test that shares it, so such an error proves nothing.
        failures = {
            f"{case.get('classname')}.{case.get('name')}": "".join(
                part.get("message", "") + (part.text or "") for part in case
            )
            for case in ElementTree.parse(report).iter("testcase")
            if case.find("failure") is not None
        }
        return Noticed(
            done.returncode != 0,
            shown={name: frozenset(_MARKER.findall(text)) for name, text in failures.items()},
        )

# ruff: noqa: T201 - a program: it prints, and finds its modules first
"""Breaks every rule and message of the HCL in turn; reports what no test notices.

Usage: make mutate MUTATE_ARGS="--sample 60"

A rule is the condition of a validation, precondition, postcondition or check: broken, it always
holds. A message is the text that a rule shows, or an entry of a table of such texts: broken, it
is another text. Most are broken together, and each failure still has one cause:

- All messages of variables are broken at once, then all others that the same tests read,
  because a failed test shows the changed text. A test that shows several proves nothing about
  any, so these are broken once more, each alone.
- So are the rules whose message a test showed alone: no other rule fails in that test, so it
  fails because of this one.
- The other rules are broken one of an object at a time, because a native test names the object
  whose rule was expected to fail and did not. What that leaves is broken alone.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

# As pytest does it.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mutation.runs import Copy, Noticed, python_tests
from mutation.sites import Site, find_sites
from mwaa_ecs.terraform import provider_environment
from running_provider import provider_program, running_provider

REPOSITORY = Path(__file__).resolve().parents[2]
# Which tests notice a mutant, where it was not one by its name.
NATIVE = "a native test"
ALONE = "a Python test, broken alone"


class OutOfTimeError(Exception):
    """The time that the run was given is over; what is known is kept."""


class Results:
    """What became of each mutant; kept in a file, so that a run that ended can go on.

    Attributes:
        by_id: the tests that noticed a mutant, by its id; none where it survived.
    """

    def __init__(self, path: Path, minutes: float) -> None:
        self._path = path
        self._lock = Lock()
        self._end = time.monotonic() + 60 * minutes
        self.by_id: dict[str, list[str]] = json.loads(path.read_text()) if path.exists() else {}

    def note(self, site: Site, noticed_by: Iterable[str]) -> None:
        """Note which tests noticed a mutant; empty where none did."""
        with self._lock:
            self.by_id[site.id] = sorted(noticed_by)
            self._path.write_text(json.dumps(self.by_id, indent=2, sort_keys=True) + "\n")
            told = ", ".join(self.by_id[site.id][:1]) or "SURVIVED"
            print(f"{site.path}:{site.line} {site.kind} of {site.owner}: {told}", flush=True)

    def unknown(self, sites: Iterable[Site]) -> list[Site]:
        """Return the mutants that no run has broken yet.

        Raises:
            OutOfTimeError: there are such, and the time is over.
        """
        found = [site for site in sites if site.id not in self.by_id]
        if found and time.monotonic() > self._end:
            raise OutOfTimeError
        return found


def rounds(rules: Sequence[Site]) -> Iterator[list[Site]]:
    """Yield the rules in rounds, in each at most one of an object."""
    seen: Counter[str] = Counter()
    sorted_out: dict[int, list[Site]] = {}
    for rule in rules:
        sorted_out.setdefault(seen[rule.owner], []).append(rule)
        seen[rule.owner] += 1
    yield from sorted_out.values()


def tests_by_message(noticed: Noticed) -> dict[str, set[str]]:
    """Return the failed tests that show one changed message alone, by its marker."""
    found: dict[str, set[str]] = {}
    for test, markers in noticed.shown.items():
        if len(markers) == 1:
            found.setdefault(next(iter(markers)), set()).add(test)
    return found


def break_messages(
    copy: Copy, tests: Callable[[], Noticed], messages: Sequence[Site], results: Results
) -> None:
    """Change messages all at once, and alone those that hide each other; note the noticed.

    Those that nothing showed are changed once more without the others: a text within another
    one is not shown while the other is changed.
    """
    todo = results.unknown(messages)
    while todo:
        with copy.mutated(todo):
            noticed = tests()
        alone = tests_by_message(noticed)
        for site in todo:
            if site.marker in alone:
                results.note(site, alone[site.marker])
        hidden = frozenset[str]().union(*noticed.shown.values())
        for site in results.unknown(todo):
            if site.marker in hidden:
                with copy.mutated([site]):
                    found = tests().shown
                if any(site.marker in markers for markers in found.values()):
                    results.note(site, [ALONE])
        left = results.unknown(todo)
        todo = left if len(left) < len(todo) else []


def break_rules(
    copy: Copy, tests: Callable[[], Noticed], rules: Sequence[Site], results: Results
) -> None:
    """Break all rules at once whose message a test showed alone; note the noticed."""
    # A text that several rules can show tells nothing about one of them.
    shown_by = Counter(message for site in rules for message in site.messages)
    tests_of = {
        site.id: {
            test
            for message in site.messages
            if shown_by[message] == 1
            for test in results.by_id.get(message, ())
            if test != ALONE
        }
        for site in rules
    }
    todo = [site for site in results.unknown(rules) if tests_of[site.id]]
    if not todo:
        return
    with copy.mutated(todo):
        failed = tests().shown.keys()
    for site in todo:
        if failed & tests_of[site.id]:
            results.note(site, failed & tests_of[site.id])


def break_other_rules(copy: Copy, module: str, rules: Sequence[Site], results: Results) -> None:
    """Break the rules that are left, one of an object at a time, and at last alone."""
    for sites in rounds(results.unknown(rules)):
        results.unknown(sites)
        with copy.mutated(sites):
            noticed = copy.native(module, {site.owner for site in sites})
        for site in sites:
            if site.owner in noticed.owners:
                results.note(site, [NATIVE])
            else:
                results.note(site, _tests_alone(copy, module, site, noticed.unclear))


def _tests_alone(copy: Copy, module: str, site: Site, native: bool) -> list[str]:
    """Return the tests that notice a rule that is broken alone."""
    with copy.mutated([site]):
        if native and copy.native(module, {site.owner}).failed:
            return [NATIVE]
        if copy.variables().failed or copy.python(module).failed:
            return [ALONE]
    return []


def run(sites: Sequence[Site], results: Results, jobs: int, work: Path) -> None:
    """Run the mutants of all variables together, then the others, some modules at a time.

    Modules whose messages the same Python tests read share the runs of these tests.
    """
    copy = Copy(REPOSITORY, work / "all", "")
    for kind, break_them in (("message", break_messages), ("rule", break_rules)):
        of_variables = [
            site for site in sites if site.kind == kind and site.owner.startswith("var.")
        ]
        break_them(copy, copy.variables, of_variables, results)

    def together(modules: Sequence[str]) -> None:
        copy = Copy(REPOSITORY, work / f"tests-{_label(modules[0])}", "")
        tests = partial(copy.python, modules[0])
        found = [site for site in sites if site.module in modules]
        messages = [site for site in found if site.kind == "message"]
        break_messages(copy, tests, messages, results)
        for site in results.unknown(messages):
            results.note(site, [])
        break_rules(copy, tests, [site for site in found if site.kind == "rule"], results)

    def one(module: str) -> None:
        provider = work / f"provider-{_label(module)}"
        provider.mkdir()
        program = provider_program(REPOSITORY / "versions.tf", provider)
        with running_provider(program, provider) as attached:
            copy = Copy(REPOSITORY, work / _label(module), attached)
            rules = [site for site in sites if site.module == module and site.kind == "rule"]
            break_other_rules(copy, module, rules, results)

    by_tests: dict[Sequence[str], list[str]] = {}
    for module in sorted({site.module for site in results.unknown(sites)}):
        by_tests.setdefault(python_tests(module), []).append(module)
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(together, by_tests.values()))
        list(pool.map(one, sorted({site.module for site in results.unknown(sites)})))


def _label(module: str) -> str:
    return module.replace("/", "-").strip(".") or "root"


def main() -> int:
    """Run it; 1 if a mutant survives."""
    parser = argparse.ArgumentParser(prog="make mutate", description=__doc__)
    parser.add_argument("--sample", type=int, help="only so many mutants, the same each time")
    parser.add_argument("--only", default="", help="a pattern: only mutants whose id matches")
    parser.add_argument("--jobs", type=int, default=1, help="modules at a time (default 1)")
    parser.add_argument(
        "--minutes", type=float, default=math.inf, help="begin nothing after so many minutes"
    )
    parser.add_argument("--list", action="store_true", help="print the mutants, run none")
    parser.add_argument(
        "--results",
        type=Path,
        default=REPOSITORY / ".mutation.json",
        help="results of earlier runs, which are not run again; remove the file to run all",
    )
    arguments = parser.parse_args()
    modules = [
        REPOSITORY,
        *sorted(path.parent for path in REPOSITORY.glob("modules/*/versions.tf")),
    ]
    sites = [
        site
        for module in modules
        for site in find_sites(REPOSITORY, module)
        if re.search(arguments.only, site.id)
    ]
    if arguments.sample is not None and arguments.sample < len(sites):
        chosen = set(random.Random(1).sample([site.id for site in sites], arguments.sample))
        sites = [site for site in sites if site.id in chosen]
    if arguments.list:
        for site in sites:
            print(f"{site.id} line {site.line}")
        return 0
    results = Results(arguments.results, arguments.minutes)
    for name in [name for name in os.environ if name.startswith(("AWS_", "TF_VAR_"))]:
        del os.environ[name]
    with ExitStack() as stack:
        found = stack.enter_context(provider_environment())
        os.environ.update({name: value for name, value in found.items() if value is not None})
        os.environ["GOGC"] = "400"
        work = Path(stack.enter_context(TemporaryDirectory(prefix="mwaa-ecs-mutation-")))
        try:
            run(sites, results, arguments.jobs, work)
        except OutOfTimeError:
            left = len([site for site in sites if site.id not in results.by_id])
            print(f"{left} of {len(sites)} mutants are left. Run it again to go on.")
            return 1
    print()
    for kind in ("rule", "message"):
        known = [site for site in sites if site.kind == kind]
        survived = [site for site in known if not results.by_id[site.id]]
        print(f"{kind}s: {len(known)} broken, {len(known) - len(survived)} noticed")
        for site in survived:
            print(f"  nothing notices {site.path}:{site.line} {site.owner}")
    return int(any(not results.by_id[site.id] for site in sites))


if __name__ == "__main__":
    sys.exit(main())

# ruff: noqa: T201 - a program: it prints, and finds its modules first
"""Breaks every rule and message of the HCL in turn; reports what no test notices.

Usage: make mutate MUTATE_ARGS="--sample 60"

A rule is the condition of a validation, precondition, postcondition or check: broken, it always
holds. A message is the text that a rule shows, or an entry of a table of such texts: broken, it
is another text. What is broken together is so far apart that each failure has one cause:

- of each object one rule at a time, because a native test names the object whose rule was
  expected to fail and did not;
- all messages of a module, because a failed test shows the changed text. A test that shows
  several proves nothing about any, so these are broken once more, each alone.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

# As pytest does it.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mutation.runs import Copy, Noticed
from mutation.sites import Site, find_sites
from mwaa_ecs.terraform import provider_environment
from running_provider import provider_program, running_provider

REPOSITORY = Path(__file__).resolve().parents[2]


class Results:
    """What became of each mutant; kept in a file, so that a run that ended can go on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self.by_id: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}

    def note(self, site: Site, killed_by: str) -> None:
        """Note which tests noticed a mutant; empty where none did."""
        with self._lock:
            self.by_id[site.id] = killed_by
            self._path.write_text(json.dumps(self.by_id, indent=2, sort_keys=True) + "\n")
            print(
                f"{killed_by or 'SURVIVED':9} {site.path}:{site.line} {site.owner}", flush=True
            )


def rounds(rules: Sequence[Site]) -> Iterator[list[Site]]:
    """Yield the rules in rounds, in each at most one of an object."""
    seen: Counter[str] = Counter()
    sorted_out: dict[int, list[Site]] = {}
    for rule in rules:
        sorted_out.setdefault(seen[rule.owner], []).append(rule)
        seen[rule.owner] += 1
    yield from sorted_out.values()


def break_rules(copy: Copy, module: str, rules: Sequence[Site], results: Results) -> None:
    """Break the rules of a module: an object's one at a time, and alone what that hides."""
    for sites in rounds(rules):
        with copy.mutated(sites):
            noticed = copy.native(module, {site.owner for site in sites})
        for site in sites:
            told = "native" if site.owner in noticed.owners else ""
            if not told:
                with copy.mutated([site]):
                    if noticed.unclear and copy.native(module, {site.owner}).failed:
                        told = "native"
                    elif copy.python(module).failed:
                        told = "python"
            results.note(site, told)


def break_messages(copy: Copy, module: str, messages: Sequence[Site], results: Results) -> None:
    """Change the messages of a module: all at once, and alone those that hide each other."""
    if not messages:
        return
    with copy.mutated(messages):
        noticed = copy.python(module)
    proven = {marker for shown in noticed.markers if len(shown) == 1 for marker in shown}
    doubtful = {marker for shown in noticed.markers for marker in shown} - proven
    for site in messages:
        killed = site.marker in proven
        if site.marker in doubtful:
            with copy.mutated([site]):
                killed = _shows(copy.python(module), site)
        results.note(site, "python" if killed else "")


def _shows(noticed: Noticed, site: Site) -> bool:
    return any(site.marker in shown for shown in noticed.markers)


def run(sites: Sequence[Site], results: Results, jobs: int, work: Path) -> None:
    """Run all mutants, some modules at a time."""
    by_module: dict[str, list[Site]] = {}
    for site in sites:
        by_module.setdefault(str(Path(site.path).parent), []).append(site)

    def one(module: str) -> None:
        name = module.replace("/", "-").strip(".") or "root"
        provider = work / f"provider-{name}"
        provider.mkdir()
        program = provider_program(REPOSITORY / "versions.tf", provider)
        with running_provider(program, provider) as attached:
            copy = Copy(REPOSITORY, work / name, attached)
            found = by_module[module]
            break_rules(copy, module, [s for s in found if s.kind == "rule"], results)
            break_messages(copy, module, [s for s in found if s.kind == "message"], results)

    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(one, by_module))


def main() -> int:
    """Run it; 1 if a mutant survives."""
    parser = argparse.ArgumentParser(prog="make mutate", description=__doc__)
    parser.add_argument("--sample", type=int, help="only so many mutants, the same each time")
    parser.add_argument("--only", default="", help="a pattern: only mutants whose id matches")
    parser.add_argument("--jobs", type=int, default=1, help="modules at a time (default 1)")
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
    results = Results(arguments.results)
    for name in [name for name in os.environ if name.startswith(("AWS_", "TF_VAR_"))]:
        del os.environ[name]
    with ExitStack() as stack:
        found = stack.enter_context(provider_environment())
        os.environ.update({name: value for name, value in found.items() if value is not None})
        os.environ["GOGC"] = "400"
        work = Path(stack.enter_context(TemporaryDirectory(prefix="mwaa-ecs-mutation-")))
        todo = [site for site in sites if site.id not in results.by_id]
        run(todo, results, arguments.jobs, work)
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

"""What checkov finds on plans, and the answers that stand beside the code.

checkov itself finds a resource's code by its type and name alone, which many modules share.
Here the module is found by the plan's own configuration.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mwaa_ecs.hcl import Block, read_blocks
from mwaa_ecs.hcl.files import terraform_files

_ANSWER = re.compile(r"#\s*checkov:skip=(\w+):?[ \t]*(.*)")
_INDEX = re.compile(r'\[(?:\d+|"[^"]*")\]')
_SECONDS = 300


@dataclass(frozen=True, order=True)
class Place:
    """A resource in the code.

    Attributes:
        folder: the folder of its module, from the repository's root.
        name: its type and name.
    """

    folder: str
    name: str


@dataclass(frozen=True)
class Finding:
    """A check that fails for a resource.

    Attributes:
        check: the check's id.
        title: what the check is for.
        place: the resource.
        examples: the examples whose plans have it.
    """

    check: str
    title: str
    place: Place
    examples: tuple[str, ...]


def scan(checkov: str, plans: Mapping[str, Mapping[str, Any]], work: Path) -> dict[str, Any]:
    """Return checkov's report on plans.

    Args:
        checkov: its program.
        plans: plans as JSON, by example.
        work: an empty folder.
    """
    for name, plan in plans.items():
        (work / f"{name}.json").write_text(json.dumps(plan), encoding="utf-8")
    how = ("--framework", "terraform_plan", "--output", "json", "--compact")
    done = subprocess.run(
        [checkov, "--directory", str(work), *how, "--skip-download"],
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    # 1: there are findings.
    if done.returncode not in (0, 1) or not done.stdout.startswith("{"):
        raise RuntimeError(f"checkov ended with {done.returncode}: {done.stderr[-2000:]}")
    report: dict[str, Any] = json.loads(done.stdout)
    if report["summary"]["parsing_errors"]:
        raise RuntimeError(f"checkov cannot read {report['results']['parsing_errors']}")
    return report


def findings(
    report: Mapping[str, Any], plans: Mapping[str, Mapping[str, Any]], root: Path
) -> Iterator[Finding]:
    """Yield each finding once, with all examples that have it."""
    found: dict[tuple[str, str, Place], set[str]] = {}
    for failed in report["results"]["failed_checks"]:
        example = Path(failed["file_path"]).stem
        place = place_of(failed["resource"], example, plans[example], root)
        found.setdefault((failed["check_id"], failed["check_name"], place), set()).add(example)
    for (check, title, place), examples in sorted(found.items()):
        yield Finding(check, title, place, tuple(sorted(examples)))


def place_of(address: str, example: str, plan: Mapping[str, Any], root: Path) -> Place:
    """Return where the resource with this address in an example's plan is written."""
    folder = root / "examples" / example
    module = plan["configuration"]["root_module"]
    *calls, kind, name = _INDEX.sub("", address).split(".")
    for call in calls[1::2]:
        folder = (folder / module["module_calls"][call]["source"]).resolve()
        module = module["module_calls"][call]["module"]
    return Place(folder.relative_to(root.resolve()).as_posix(), f"{kind}.{name}")


def answers(root: Path, folders: Iterable[Path]) -> dict[tuple[str, Place], str]:
    """Return the words of each `#checkov:skip=ID:words`, by check and resource."""
    return {
        (
            check,
            Place(folder.relative_to(root).as_posix(), ".".join(block.labels)),
        ): words.strip()
        for folder in folders
        for file in terraform_files(folder)
        if file.suffix == ".tf"
        for block in read_blocks(file.read_text(encoding="utf-8"), file.name).named("resource")
        for check, words in _ANSWER.findall(_text(block))
    }


def _text(block: Block) -> str:
    return block.source.text[block.start : block.end]


def problems(
    found: Sequence[Finding], answered: Mapping[tuple[str, Place], str]
) -> Iterator[str]:
    """Yield what is not in order: findings without an answer, and answers to no finding."""
    for one in found:
        where = f"{one.place.folder}: {one.place.name}: {one.check}"
        words = answered.get((one.check, one.place))
        if words is None:
            answer = f"#checkov:skip={one.check}:WORDS"
            yield f"{where} ({one.title}). Fix it, or answer it there: {answer}"
        elif len(words.split()) < 3:
            yield f"{where}: its answer is {words!r}. Write the reason."
    needed = {(one.check, one.place) for one in found}
    for check, place in sorted(answered.keys() - needed):
        yield f"{place.folder}: {place.name}: {check} fails in no example. Remove its answer."

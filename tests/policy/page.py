"""Writes docs/least-privilege.md from the proof, for a security reviewer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from policy.modes import NEWEST
from policy.proof import PolicyProof, kind_of
from policy.recording import REPOSITORY
from policy.summary import Summary

PAGE = REPOSITORY / "docs" / "least-privilege.md"
_HERE = Path(__file__).resolve().parent
# For each kind of policy: title, the setup with every statement, and the title of denied calls.
_KINDS = {
    "operator": ("What Airflow's role can do", "full", "Airflow's role"),
    "execution": ("What the execution role can do", "full", "The execution role"),
    "execution trust": (
        "Who can assume the execution role",
        "full",
        "Assuming the execution role",
    ),
    "task trust": ("Who can assume a task role", "tagged", "Assuming a task role"),
}
_NUMBERS = re.compile(r"-\d+\.\d+\.\d+$")
_COUNT = re.compile(r"(?<=\| )\d+(?= )")
_OF_RUN = re.compile(r"^\| \w+(?P<partition> \(.+\))?: \S+ \| (?P<airflow>\S+) \| .*\n?", re.M)


def write_page(proofs: Sequence[PolicyProof]) -> None:
    """Write the page."""
    PAGE.write_text(render(proofs), encoding="utf-8")


def render(proofs: Sequence[PolicyProof]) -> str:
    """Return the page: the same for the same policies and the same recorded calls."""
    reasons = yaml.safe_load((_HERE / "reasons.yaml").read_text())
    text = (_HERE / "page.md").read_text()
    parts = {
        "summary": "\n\n".join(_summary(proofs, kind, reasons) for kind in _KINDS),
        "figures": "\n".join(_figures(Summary.of(proofs))),
        "granted": "\n\n".join(_granted(proofs, kind, reasons) for kind in _KINDS),
        "by tag": "\n".join(_by_tag(proofs, reasons)),
        "denied": "\n".join(_denied(proofs)),
        "modes": "\n".join(_modes(proofs)),
    }
    for name, part in parts.items():
        text = text.replace(f"<!-- {name} -->", part)
    return text


def of_newest_runs(page: str) -> str:
    """Return what a page says of NEWEST_RUNS: without the counts, and rows of other runs."""

    def row(found: re.Match[str]) -> str:
        of_others = found["partition"] or found["airflow"] != NEWEST
        return "" if of_others else found[0]

    return _COUNT.sub("some", _OF_RUN.sub(row, page))


def _figures(summary: Summary) -> Iterator[str]:
    yield "| what | how many | |"
    yield "| --- | --- | --- |"
    yield f"| modes that real Airflow ran | {summary.modes} | |"
    yield f"| different calls recorded | {summary.recorded} | {summary.allowed} allowed |"
    yield f"| forbidden calls | {summary.forbidden} | {summary.denied} denied |"
    yield f"| changed policies | {summary.mutants} | {summary.killed} noticed |"


def _summary(proofs: Sequence[PolicyProof], kind: str, reasons: dict[str, Any]) -> str:
    """Return a table with a line for each statement: actions, resources, condition, input."""
    title, whole, _ = _KINDS[kind]
    proof = _of(proofs, whole, kind)
    lines = [f"## {title}", "", "| actions | on | only | when |", "| --- | --- | --- | --- |"]
    for statement in proof.document["Statement"]:
        reason = reasons[kind.split()[-1]][statement["Sid"]]
        when = _when(proofs, kind, statement["Sid"], reason)
        only = reason.get("only_if", "")
        cells = (_words(statement["Action"]), reason["resources"], only, when)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _when(proofs: Sequence[PolicyProof], kind: str, sid: str, reason: Mapping[str, Any]) -> str:
    """Return when a policy has a statement: by default, with an input, or for some tasks."""
    by_default = {
        statement["Sid"]
        for one in proofs
        if (one.setup.title, one.kind) == ("plain", kind)
        for statement in one.document["Statement"]
    }
    if sid in by_default:
        return "always"
    return f"with `{reason['switch']}`" if "switch" in reason else "if a task needs it"


def _granted(proofs: Sequence[PolicyProof], kind: str, reasons: dict[str, Any]) -> str:
    """Return a section for each statement of a kind of policy, with the names of its setup."""
    title, whole, _ = _KINDS[kind]
    proof = _of(proofs, whole, kind)
    lines = [f"### {title}: statements"]
    for statement in proof.document["Statement"]:
        sid = statement["Sid"]
        reason = reasons[kind.split()[-1]][sid]
        when = _when(proofs, kind, sid, reason)
        lines += ["", f"#### {sid} ({when})", "", reason["why"], "", *_permission(statement)]
        modes = [_mode(mode) for mode in proof.breaks[sid]]
        lines += [
            f"- without it: {reason['without']}",
            f"- modes that need it: {', '.join(dict.fromkeys(modes))}",
        ]
    return "\n".join(lines)


def _of(proofs: Sequence[PolicyProof], setup: str, kind: str) -> PolicyProof:
    return next(one for one in proofs if one.kind == kind and one.setup.title == setup)


def _permission(statement: Mapping[str, Any]) -> Iterator[str]:
    """Yield the parts of a statement, a line each."""
    yield f"- can: {_words(statement['Action'])}"
    if "Resource" in statement:
        yield f"- on: {_words(statement['Resource'])}"
    if "Principal" in statement:
        yield f"- who: {_words(next(iter(statement['Principal'].values())))}"
    for operator, keys in statement.get("Condition", {}).items():
        for key, value in keys.items():
            yield f"- if: `{key}` {operator} {_words(value)}"


def _by_tag(proofs: Sequence[PolicyProof], reasons: dict[str, Any]) -> Iterator[str]:
    """Yield what the form by tag grants otherwise than the one by name."""
    for kind in ("operator", "execution"):
        yield f"**{_KINDS[kind][2]}**\n"
        plain = json.dumps(_of(proofs, "plain", kind).document["Statement"])
        by_name = json.loads(plain.replace("plain", "tagged"))
        for statement in _of(proofs, "tagged", kind).document["Statement"]:
            if statement not in by_name:
                parts = "; ".join(line.removeprefix("- ") for line in _permission(statement))
                yield f"- {statement['Sid']}: {parts}"
        yield ""


def _mode(label: str) -> str:
    """Return the name of a mode without setup and version."""
    return _NUMBERS.sub("", label).removeprefix("full-").removeprefix("tagged-")


def _words(value: Any) -> str:
    values = value if isinstance(value, list) else [value]
    return ", ".join(f"`{_general(one)}`" for one in values)


def _general(text: str) -> str:
    """Return a name without ids and random endings, which differ from run to run."""
    text = re.sub(r"key/[0-9a-f-]{36}", "key/<key>", text)
    return re.sub(r"(:secret:[\w/]+-)\w{6}$", r"\1<6 characters>", text)


def _denied(proofs: Sequence[PolicyProof]) -> Iterator[str]:
    for kind, (_, _, title) in _KINDS.items():
        yield f"**{title}**\n\n| reason | calls tried | of these actions |\n| --- | --- | --- |"
        found: dict[str, list[str]] = {}
        for proof in proofs:
            if proof.kind == kind:
                for one, _ in proof.forbidden:
                    found.setdefault(one.reason, []).append(one.need.action)
        for reason, actions in found.items():
            named = ", ".join(f"`{action}`" for action in dict.fromkeys(actions))
            yield f"| {reason} | {len(actions)} | {named} |"
        yield ""


def _modes(proofs: Sequence[PolicyProof]) -> Iterator[str]:
    yield "| role and mode | Airflow | calls |\n| --- | --- | --- |"
    for proof in proofs:
        if proof.kind != "operator":
            continue
        found: dict[str, set[str]] = {}
        for one, _ in proof.recorded:
            mode, action, _resource = kind_of(one)
            found.setdefault(mode, set()).add(action)
        for mode, actions in sorted(found.items()):
            name, _, version = mode.rpartition("-")
            name = name.partition("-")[2]
            made = ", ".join(f"`{action}`" for action in sorted(actions))
            yield f"| {proof.setup.title}: {name} | {version} | {made} |"

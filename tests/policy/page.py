"""docs/least-privilege.md, out of the proof: for a security reviewer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from policy.proof import PolicyProof, kind_of
from policy.recording import REPOSITORY
from policy.summary import Summary

PAGE = REPOSITORY / "docs" / "least-privilege.md"
_HERE = Path(__file__).resolve().parent
_TITLES = {
    "operator": "What Airflow's role may do",
    "execution": "What the execution role may do",
    "trust": "Who may have the execution role",
}
_NUMBERS = re.compile(r"-\d+\.\d+\.\d+$")


def write_page(proofs: Sequence[PolicyProof]) -> None:
    """Write it."""
    PAGE.write_text(render(proofs), encoding="utf-8")


def render(proofs: Sequence[PolicyProof]) -> str:
    """The page: the same for the same policies and the same recorded calls."""
    reasons = yaml.safe_load((_HERE / "reasons.yaml").read_text())
    text = (_HERE / "page.md").read_text()
    parts = {
        "figures": "\n".join(_figures(Summary.of(proofs))),
        "granted": "\n\n".join(_granted(proofs, kind, reasons[kind]) for kind in _TITLES),
        "denied": "\n".join(_denied(proofs)),
        "modes": "\n".join(_modes(proofs)),
    }
    for name, part in parts.items():
        text = text.replace(f"<!-- {name} -->", part)
    return text


def _figures(summary: Summary) -> Iterator[str]:
    yield "| what | how many | |"
    yield "| --- | --- | --- |"
    yield f"| modes that real Airflow ran | {summary.modes} | |"
    yield f"| different calls recorded | {summary.recorded} | {summary.allowed} allowed |"
    yield f"| forbidden calls | {summary.forbidden} | {summary.denied} denied |"
    yield f"| changed policies | {summary.mutants} | {summary.killed} noticed |"


def _granted(proofs: Sequence[PolicyProof], kind: str, reasons: dict[str, Any]) -> str:
    lines = [f"## {_TITLES[kind]}"]
    # `full` has every statement; the names are put in the place of what was applied.
    full = next(one for one in proofs if one.kind == kind and one.setup.name == "full")
    plain = next(one for one in proofs if one.kind == kind and one.setup.name == "plain")
    by_default = {statement["Sid"] for statement in plain.document["Statement"]}
    for statement in full.document["Statement"]:
        sid = statement["Sid"]
        reason = reasons[sid]
        when = (
            "always"
            if sid in by_default
            else f"with `{reason['switch']}`"
            if "switch" in reason
            else "if a task needs it"
        )
        lines += ["", f"### {sid} ({when})", "", reason["why"], ""]
        lines += [f"- may: {_words(statement['Action'])}"]
        if "Resource" in statement:
            lines += [f"- on: {_words(statement['Resource'])}"]
        if "Principal" in statement:
            lines += [f"- who: {_words(next(iter(statement['Principal'].values())))}"]
        for operator, keys in statement.get("Condition", {}).items():
            lines += [
                f"- if: `{key}` {operator} {_words(value)}" for key, value in keys.items()
            ]
        modes = [_NUMBERS.sub("", mode).removeprefix("full-") for mode in full.breaks[sid]]
        lines += [
            f"- without it: {reason['without']}",
            f"- breaks without it: {', '.join(dict.fromkeys(modes))}",
        ]
    return "\n".join(lines)


def _words(value: Any) -> str:
    values = value if isinstance(value, list) else [value]
    return ", ".join(f"`{_general(one)}`" for one in values)


def _general(text: str) -> str:
    """Ids and random endings differ from run to run."""
    text = re.sub(r"key/[0-9a-f-]{36}", "key/<key>", text)
    return re.sub(r"(:secret:[\w/]+-)\w{6}$", r"\1<6 characters>", text)


def _denied(proofs: Sequence[PolicyProof]) -> Iterator[str]:
    for kind, title in (
        ("operator", "Airflow's role"),
        ("execution", "The execution role"),
        ("trust", "To others than ECS, and for others"),
    ):
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
            setup, _, name = name.partition("-")
            made = ", ".join(f"`{action}`" for action in sorted(actions))
            yield f"| {setup}: {name} | {version} | {made} |"

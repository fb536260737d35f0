"""Environments of one account that would write the same state, or create the same things."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mwaa_ecs.environments.fill import Names
from mwaa_ecs.environments.settings import Settings
from mwaa_ecs.files import shown_name
from mwaa_ecs.hcl import HclError, read_variables
from mwaa_ecs.problems import Problem, shortened
from mwaa_ecs.strict_yaml import Node
from mwaa_ecs.terraform.modules import module_calls

# Variables of this module that must differ in an account and region, with what they name.
_UNIQUE = {
    "name": "the cluster, the task definitions and the log groups",
    "ssm_prefix": "the parameters",
}


@dataclass(frozen=True)
class _Claim:
    """A name that one environment alone can have.

    Attributes:
        key: the name with all that makes it unique.
        what: what two environments with the same one would do, with the advice.
        path: the field that sets it.
        node: the field's place.
    """

    key: tuple[str, ...]
    what: str
    path: str
    node: Node


class Collisions:
    """Collects what environments claim, and reports what two of them claim.

    Args:
        folder: the root configuration.
    """

    def __init__(self, folder: Path) -> None:
        self._passed_on = _passed_on(folder)
        self._claims: dict[tuple[str, ...], list[tuple[str, _Claim]]] = {}

    def add(self, name: str, settings: Settings, whole: Node, names: Names) -> None:
        """Add an environment: its name, settings, merged files and the names to fill in."""
        claims = [_state(settings), *self._unique(settings, whole, names)]
        for claim in claims:
            self._claims.setdefault(claim.key, []).append((name, claim))

    def report(self, wanted: Sequence[str], report: Callable[[Problem], None]) -> None:
        """Report what a wanted environment claims and another one too."""
        for claims in self._claims.values():
            both = [name for name, _ in claims]
            mine = [claim for name, claim in claims if name in wanted]
            if len(both) > 1 and mine:
                what = f"{' and '.join(both)} would {mine[0].what}"
                report(mine[0].node.problem(mine[0].path, what, key=True))

    def _unique(self, settings: Settings, whole: Node, names: Names) -> Iterator[_Claim]:
        inputs = whole.value.get("inputs") or whole
        for variable, own in self._passed_on.items():
            node = inputs.value.get(own) if isinstance(inputs.value, dict) else None
            value = names.fill(node, f"inputs.{own}").value if node is not None else None
            if (value is None and variable == "name") or not isinstance(value, str | None):
                continue
            where = f"account {settings.account_id} in {settings.region}"
            shown = f"{own} = {shortened(repr(value))}" if value is not None else f"no {own}"
            yield _Claim(
                (
                    variable,
                    settings.account_id,
                    settings.partition,
                    settings.region,
                    value or "",
                ),
                f"create the same things in {where}: both have {shown}, which names "
                f"{_UNIQUE[variable]}; put ${{environment}} into it",
                f"inputs.{own}",
                node or inputs,
            )


def _state(settings: Settings) -> _Claim:
    backend = settings.backend
    identity = backend.identity
    shown = identity if identity.startswith("s3://") else shown_name(Path(identity))
    what = f"write the same state, {shown}; put ${{environment}} into its name"
    return _Claim(("state", *backend.state), what, "backend", backend.node)


def _passed_on(folder: Path) -> Mapping[str, str]:
    """Return the root's variables that are passed on unchanged as `name` and `ssm_prefix`.

    A root configuration that computes them, or calls the module several times, can tell its
    environments apart by more than these.
    """
    variables = read_variables(folder)
    if _is_this_module(variables):
        return {name: name for name in _UNIQUE}
    calls = [
        call
        for call in module_calls(folder)
        if (call.is_local and _is_this_module(_variables_of(folder / str(call.source))))
        or (not call.is_local and {"name", "tasks", "network"} <= call.block.attributes.keys())
    ]
    if len(calls) != 1 or {"count", "for_each"} & calls[0].block.attributes.keys():
        return {}
    found = {}
    for name in _UNIQUE:
        given = calls[0].block.attributes.get(name)
        if given is not None and given.text.removeprefix("var.") in variables:
            found[name] = given.text.removeprefix("var.")
    return found


def _variables_of(folder: Path) -> Mapping[str, object]:
    try:
        return read_variables(folder)
    except HclError:
        # The reader of this module's types reports the error.
        return {}


def _is_this_module(variables: Mapping[str, object]) -> bool:
    return {"tasks", "network", *_UNIQUE} <= variables.keys()

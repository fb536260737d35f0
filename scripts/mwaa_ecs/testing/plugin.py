"""The pytest plugin: `mwaa_ecs_plan` plans an environment, `mwaa_ecs_inventory` compares it.

Everything else is imported when a fixture is used: pytest loads this in every run.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mwaa_ecs.environments import Environment
    from mwaa_ecs.plan import Plan

Credentials = Callable[["Environment"], dict[str, str | None]]
Prepare = Callable[["Environment", Any], None]

_AWS = ("real", "local")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options and settings."""
    group = parser.getgroup("mwaa-ecs")
    group.addoption(
        "--mwaa-ecs-aws",
        choices=_AWS,
        help="plan against the caller's account (real) or the local AWS (local)",
    )
    group.addoption(
        "--mwaa-ecs-update",
        action="store_true",
        help="write the golden inventories again instead of comparing them",
    )
    parser.addini("mwaa_ecs_aws", "real (default) or local", default="real")
    parser.addini(
        "mwaa_ecs_environments",
        "the folder with the environments' YAML",
        default="environments",
    )
    parser.addini("mwaa_ecs_module", "the folder with main.tf; default: upwards", default="")


@pytest.fixture(scope="session")
def mwaa_ecs_local_account() -> Prepare:
    """Create in the local AWS what an environment's account contains already; override it.

    The function is called once for each environment, with a boto3 session in its account.
    """
    return lambda _environment, _session: None


@pytest.fixture(scope="session")
def mwaa_ecs_credentials(
    request: pytest.FixtureRequest, mwaa_ecs_local_account: Prepare
) -> Iterator[Credentials]:
    """Return the credentials, as environment variables, that Terraform plans with."""
    config = request.config
    where = config.getoption("--mwaa-ecs-aws") or config.getini("mwaa_ecs_aws")
    if where not in _AWS:
        raise pytest.UsageError(f"mwaa_ecs_aws = {where!r}: it must be {' or '.join(_AWS)}")
    if where == "real":
        yield _real
        return
    from mwaa_ecs.sandbox.local_aws import LocalAws
    from mwaa_ecs.testing import local

    unset: dict[str, str | None] = {
        name: None for name in os.environ if name.startswith("AWS_")
    }
    with LocalAws() as aws:
        # Keyed by environment, so that an account is prepared once, also where planning fails.
        known: dict[str, dict[str, str]] = {}

        def find(environment: Environment) -> dict[str, str | None]:
            if environment.name not in known:
                found = local.credentials(aws, environment.settings)
                known[environment.name] = found
                mwaa_ecs_local_account(environment, local.session(found))
            return {**unset, **known[environment.name]}

        yield find


def _real(environment: Environment) -> dict[str, str | None]:
    import boto3

    from mwaa_ecs.rollout.caller import find_caller

    caller = find_caller(environment.name, environment.settings, boto3.Session, os.environ)
    return dict(caller.environ)


@pytest.fixture(scope="session")
def mwaa_ecs_plan(
    request: pytest.FixtureRequest,
    mwaa_ecs_credentials: Credentials,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[str], Plan]]:
    """Plan an environment by its name: on a copy, and once in a test session."""
    from mwaa_ecs.environments import EnvironmentFolder, find_module
    from mwaa_ecs.terraform import provider_environment
    from mwaa_ecs.testing.planner import plan_on_a_copy

    root = request.config.rootpath
    folder = root / request.config.getini("mwaa_ecs_environments")
    given = request.config.getini("mwaa_ecs_module")
    module = find_module(root / given if given else None, folder)
    plans: dict[str, Plan] = {}
    with provider_environment() as providers:

        def plan(name: str) -> Plan:
            if name not in plans:
                (environment,) = EnvironmentFolder(folder, module).load([name])
                environ = {**providers, **mwaa_ecs_credentials(environment)}
                target = tmp_path_factory.mktemp(f"mwaa-ecs-{name}")
                plans[name] = plan_on_a_copy(environment, module, target, environ)
            return plans[name]

        yield plan


@pytest.fixture
def mwaa_ecs_inventory(request: pytest.FixtureRequest) -> Callable[[Plan, str], None]:
    """Compare a plan with a golden inventory beside the test, or write it again."""
    from mwaa_ecs.plan.inventory import inventory_differences, inventory_text

    def compare(plan: Plan, name: str) -> None:
        path: Path = request.path.parent / name
        if request.config.getoption("--mwaa-ecs-update"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(inventory_text(plan), encoding="utf-8")
            return
        again = f"pytest {request.node.nodeid} --mwaa-ecs-update"
        if not path.is_file():
            pytest.fail(f"{name}: there is no such inventory yet; run {again}", pytrace=False)
        found = inventory_differences(plan, path.read_text(encoding="utf-8"))
        if found:
            pytest.fail(
                f"{name} differs; if that is intended, run {again}\n{found}", pytrace=False
            )

    return compare

"""The pytest plugin: `mwaa_ecs_plan` plans an environment, `mwaa_ecs_every_plan` each in turn,
and `mwaa_ecs_inventory` compares a plan with a file.

Everything else is imported when a fixture is used: pytest loads this in every run.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mwaa_ecs.distribution import DISTRIBUTION, missing

if TYPE_CHECKING:
    from mwaa_ecs.environments import Environment
    from mwaa_ecs.plan import Plan
    from mwaa_ecs.sandbox.local_aws import LocalAws
    from mwaa_ecs.testing.kept import KeptPlans

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
    """Create in the local AWS what an environment's account contains already.

    By default that is what the inputs name: subnets, security groups, roles and buckets.
    Override it where a configuration finds them in another way. The function is called once
    for each environment, with a boto3 session in its account.
    """
    from mwaa_ecs.testing.ready_account import prepare

    return prepare


@contextmanager
def _extra(name: str) -> Iterator[None]:
    """Tell in one line what to install where a module is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        # One of this package is not missing from an install: it is a mistake.
        if str(error.name).partition(".")[0] == "mwaa_ecs":
            raise
        pytest.fail(
            missing(f"This fixture of {DISTRIBUTION}", str(error.name), name), pytrace=False
        )


@pytest.fixture(scope="session")
def mwaa_ecs_credentials(
    request: pytest.FixtureRequest, mwaa_ecs_local_account: Prepare
) -> Iterator[Credentials]:
    """Return the credentials, as environment variables, that Terraform plans with."""
    if _where(request.config) == "real":
        yield _real
        return
    unset: dict[str, str | None] = {
        name: None for name in os.environ if name.startswith("AWS_")
    }
    # Keyed by environment, so that an account is prepared once, also where planning fails.
    known: dict[str, dict[str, str]] = {}
    with ExitStack() as stack:
        started: list[LocalAws] = []

        def find(environment: Environment) -> dict[str, str | None]:
            # Plans that are kept need no AWS, and moto's import alone takes 1.5 s.
            with _extra("sandbox"):
                from mwaa_ecs.sandbox.local_aws import LocalAws
                from mwaa_ecs.testing import local
            if not started:
                started.append(stack.enter_context(LocalAws()))
            if environment.name not in known:
                found = local.credentials(started[0], environment.settings)
                known[environment.name] = found
                mwaa_ecs_local_account(environment, local.session(found))
            return {**unset, **known[environment.name]}

        yield find


def _where(config: pytest.Config) -> str:
    where = str(config.getoption("--mwaa-ecs-aws") or config.getini("mwaa_ecs_aws"))
    if where not in _AWS:
        raise pytest.UsageError(f"mwaa_ecs_aws = {where!r}: it must be {' or '.join(_AWS)}")
    return where


def _folder(config: pytest.Config) -> Path:
    return config.rootpath / str(config.getini("mwaa_ecs_environments"))


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

    with _extra("testing"):
        from mwaa_ecs.testing.planner import plan_on_a_copy

    config = request.config
    folder = _folder(config)
    given = config.getini("mwaa_ecs_module")
    module = find_module(config.rootpath / given if given else None, folder)
    plans: dict[str, Plan] = {}
    with provider_environment() as providers:
        kept = _kept_plans(config)

        def plan(name: str) -> Plan:
            if name not in plans:
                (environment,) = EnvironmentFolder(folder, module).load([name])
                target = tmp_path_factory.mktemp(f"mwaa-ecs-{name}")
                plans[name] = plan_on_a_copy(
                    environment,
                    module,
                    target,
                    lambda: {**providers, **mwaa_ecs_credentials(environment)},
                    kept,
                )
            return plans[name]

        yield plan


def _kept_plans(config: pytest.Config) -> KeptPlans | None:
    """Return where plans are kept; None where they depend on what nothing here can compare.

    A real account may change without a change of any file.
    """
    from mwaa_ecs.testing.kept import KeptPlans, versions_in_use

    cache = getattr(config, "cache", None)
    if cache is None or _where(config) != "local":
        return None
    return KeptPlans(cache.mkdir("mwaa-ecs-plans"), versions_in_use(), config.rootpath)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for every environment once for each of them."""
    if "mwaa_ecs_environment" not in metafunc.fixturenames:
        return
    from mwaa_ecs.environments.folder import environment_names
    from mwaa_ecs.errors import MwaaEcsError

    try:
        names = environment_names(_folder(metafunc.config))
    except MwaaEcsError as error:
        raise pytest.UsageError(str(error)) from None
    metafunc.parametrize("mwaa_ecs_environment", names, indirect=True)


@pytest.fixture
def mwaa_ecs_environment(request: pytest.FixtureRequest) -> str:
    """Return the name of each environment of the folder in turn."""
    return str(request.param)


@pytest.fixture
def mwaa_ecs_every_plan(
    mwaa_ecs_plan: Callable[[str], Plan], mwaa_ecs_environment: str
) -> Plan:
    """Return the plan of each environment of the folder in turn, also of a new one."""
    return mwaa_ecs_plan(mwaa_ecs_environment)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, Any, None]:
    """Name the resources and tasks that a failing test was at: pytest shows only values."""
    outcome = yield
    report = outcome.get_result()
    used = getattr(item, "fixturenames", ())
    if call.excinfo is None or not report.failed or not _uses_plans(used):
        return
    from mwaa_ecs.testing.involved import involved

    lines = involved(call.excinfo.tb, item.path)
    if lines:
        report.sections.append(("mwaa-ecs", "\n".join(lines)))


def _uses_plans(fixtures: Iterable[str]) -> bool:
    return any(name.startswith("mwaa_ecs_") for name in fixtures)


@pytest.fixture
def mwaa_ecs_inventory(request: pytest.FixtureRequest) -> Callable[[Plan, str], None]:
    """Compare a plan with a golden inventory beside the test, or write it again."""
    from mwaa_ecs.environments.folder import environment_names
    from mwaa_ecs.plan.inventory import inventory_differences, inventory_text, orphans

    def compare(plan: Plan, name: str) -> None:
        path: Path = request.path.parent / name
        for other, gone in orphans(path.parent, environment_names(_folder(request.config))):
            pytest.fail(
                f"{other.name}: there is no environment {gone!r} any more; delete the file",
                pytrace=False,
            )
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

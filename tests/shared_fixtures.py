"""What all tests share: Terraform's providers, and a folder's copy to work on."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import tftest

from applied import Applied, Attach
from attaching_terraform import attaching_terraform
from browser import chromium
from mwaa_ecs.sandbox.account import Account, create_account
from mwaa_ecs.sandbox.engines import ImageSource, select_engine
from mwaa_ecs.sandbox.example import load_example
from mwaa_ecs.sandbox.inventory import inventory
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.sandbox.named.registry import FOLDER
from mwaa_ecs.terraform import find_terraform, provider_environment
from mwaa_ecs.terraform.configuration import copy_configuration
from registry import registry
from running_provider import VARIABLE, provider_program, running_provider

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

REPOSITORY = Path(__file__).resolve().parent.parent

# Terraform and its provider collect garbage less often: a plan of one module and its JSON take
# 6.6 s of processor time instead of 9.6 s.
_GOGC = "400"


@pytest.fixture(autouse=True)
def signals_as_before() -> Iterator[None]:
    """Name the test that leaves Ctrl-C ignored: no program after it would hear one."""
    yield
    handler = signal.getsignal(signal.SIGINT)
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    signal.signal(signal.SIGINT, signal.default_int_handler)
    assert handler is signal.default_int_handler, f"the handler of SIGINT is {handler!r}"
    assert not blocked, f"blocked signals: {blocked}"


@pytest.fixture(scope="session", autouse=True)
def providers() -> Iterator[None]:
    """Let every Terraform that a test starts find its providers, tftest's included.

    Nothing of the caller's AWS settings may reach a test.
    """
    with pytest.MonkeyPatch.context() as patch, provider_environment() as found:
        for name in [name for name in os.environ if name.startswith(("AWS_", "TF_VAR_"))]:
            patch.delenv(name)
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        patch.setenv("GOGC", _GOGC)
        for name, value in found.items():
            if value is None:
                patch.delenv(name, raising=False)
            else:
                patch.setenv(name, value)
        yield


@pytest.fixture(scope="session", autouse=True)
def sandbox_names(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let no test find, or end, a sandbox of the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(FOLDER, str(tmp_path_factory.mktemp("sandboxes") / "names"))
        yield


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of this repository."""
    return REPOSITORY


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser; a module's, because a running Playwright forbids asyncio.run."""
    with chromium() as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page of its own context: no cookie and no storage of another test's."""
    with browser.new_context() as context:
        yield context.new_page()


@pytest.fixture
def screenshots(request: pytest.FixtureRequest) -> Path | None:
    """The folder for the images of docs/; None if they are not to be written."""
    folder: Path | None = request.config.getoption("--screenshots")
    return folder


@pytest.fixture(scope="session")
def aws_provider(providers: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The AWS provider's program."""
    return provider_program(REPOSITORY / "versions.tf", tmp_path_factory.mktemp("provider"))


@pytest.fixture(scope="session")
def attached_provider(
    aws_provider: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """TF_REATTACH_PROVIDERS for a Terraform that calls no AWS: see running_provider.py."""
    with running_provider(aws_provider, tmp_path_factory.mktemp("attached")) as attached:
        yield attached


@pytest.fixture(scope="module")
def local_aws(
    request: pytest.FixtureRequest, aws_provider: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LocalAws]:
    """A local AWS whose ECS runs stand-ins; Terraform and boto3 reach it without arguments.

    Terraform attaches to a provider that runs as long: see running_provider.py. Tests that
    upload files set UPLOADS and use `attach`. With ENFORCE_IAM, the policies of roles are
    enforced.
    The container `hello-world:latest` greets, and does as its command says: see container.sh.
    """
    container = ["sh", str(REPOSITORY / "tests" / "e2e" / "container.sh")]
    engine = select_engine(
        "stand-in", images={"hello-world:latest": ImageSource(stand_in=container)}
    )
    enforced = getattr(request.module, "ENFORCE_IAM", False)
    with (
        LocalAws(engine=engine, enforce_iam=enforced) as aws,
        pytest.MonkeyPatch.context() as patch,
    ):
        for name, value in aws.environment().items():
            patch.setenv(name, value)
        if getattr(request.module, "UPLOADS", False):
            yield aws
            return
        work = tmp_path_factory.mktemp("attached")
        with running_provider(aws_provider, work) as attached:
            patch.setenv(VARIABLE, attached)
            yield aws


@pytest.fixture(scope="module")
def loopback_registry(
    providers: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Terraform finds this module in a registry and in git as its consumers do."""
    with (
        registry(tmp_path_factory.mktemp("registry")) as found,
        pytest.MonkeyPatch.context() as patch,
    ):
        for name, value in found.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="module")
def attach(
    local_aws: LocalAws, aws_provider: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Attach]:
    """Attach Terraform to a provider that is started in the folder of a configuration.

    It looks for the files to upload where it was started.
    """
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:

        def attach(folder: Path) -> None:
            work = tmp_path_factory.mktemp("attached")
            running = running_provider(aws_provider, work, folder=folder)
            patch.setenv(VARIABLE, stack.enter_context(running))

        yield attach


@pytest.fixture(scope="module")
def attaching_path(
    aws_provider: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A PATH whose Terraform attaches to a running provider: see attaching_terraform.py."""
    with attaching_terraform(aws_provider, tmp_path_factory.mktemp("attached")) as path:
        yield path


@pytest.fixture(scope="module")
def attached_commands(attaching_path: str) -> Iterator[None]:
    """Let commands that start Terraform attach it to a provider.

    They may run in this process, where another test has found another Terraform.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", attaching_path)
        find_terraform.cache_clear()
        yield
    find_terraform.cache_clear()


@pytest.fixture(scope="module")
def account(local_aws: LocalAws) -> Account:
    """What a user has before the module is applied."""
    return create_account(local_aws)


@pytest.fixture(scope="module")
def hello_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of examples/hello-world, with the modules it refers to beside it."""
    target = tmp_path_factory.mktemp("hello-world")
    return copy_configuration(REPOSITORY / "examples" / "hello-world", target)


@pytest.fixture(scope="module")
def applied(
    hello_world: Path, local_aws: LocalAws, account: Account, attach: Attach
) -> Applied:
    """examples/hello-world, applied; it goes with the local AWS."""
    attach(hello_world)
    example = load_example(REPOSITORY / "examples" / "hello-world")
    var_file = hello_world / "test.tfvars.json"
    var_file.write_text(json.dumps(account.variables(example.variables)))
    before = inventory(local_aws)
    terraform = tftest.TerraformTest(hello_world.name, str(hello_world.parent))
    terraform.setup()
    terraform.apply(tf_var_file=str(var_file))
    outputs = dict(terraform.output())
    return Applied(local_aws, account, terraform, str(var_file), outputs, before)

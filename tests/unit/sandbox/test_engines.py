"""The selection of an engine, the stand-in, and image names."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mwaa_ecs.errors import UserError
from mwaa_ecs.sandbox.engines import (
    ContainerSpec,
    ImageSource,
    ImageUnavailableError,
    StartFailedError,
    select_engine,
)
from mwaa_ecs.sandbox.engines.images import full_name
from mwaa_ecs.sandbox.engines.variables import UnpassableError, sort_variables
from unit.sandbox.ecs_story import EcsStory, is_gone, until


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hide Docker and Podman."""
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.usefixtures("no_engine")
def test_without_an_engine_the_stand_in_is_taken_and_says_so() -> None:
    engine = select_engine("auto")
    assert engine.name == "stand-in"
    assert "docker is not installed; podman is not installed" in engine.describe()


@pytest.mark.usefixtures("no_engine")
@pytest.mark.parametrize("choice", ["docker", "podman"])
def test_an_engine_that_is_asked_for_and_missing_is_one_clear_message(choice: str) -> None:
    with pytest.raises(UserError, match=f"engine is '{choice}', but {choice} is not installed"):
        select_engine(choice)


def test_an_engine_that_does_not_exist_is_named_with_those_that_do() -> None:
    accepted = "auto, docker, podman, stand-in"
    with pytest.raises(UserError, match=f"'rocket'. It must be one of {accepted}"):
        select_engine("rocket")


def test_a_docker_without_a_daemon_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    docker = tmp_path / "docker"
    docker.write_text("#!/bin/sh\necho 'Cannot connect to the Docker daemon.' >&2\nexit 1\n")
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    engine = select_engine("auto")
    assert "no Docker daemon answers" in engine.describe()
    with pytest.raises(UserError, match="Install or start it, pass --engine auto"):
        select_engine("docker")


def test_every_way_of_writing_a_name_finds_the_same_stand_in() -> None:
    engine = select_engine("stand-in", {"hello-world:latest": ImageSource(stand_in=["true"])})
    for name in (
        "hello-world",
        "docker.io/library/hello-world:latest",
        "docker.io/hello-world",
    ):
        engine.ensure_image(name)
    with pytest.raises(ImageUnavailableError, match="no stand-in"):
        engine.ensure_image("hello-world:1.0")
    with pytest.raises(ImageUnavailableError):
        select_engine("stand-in", {"x": ImageSource(build=Path())}).ensure_image("x")


@pytest.mark.parametrize(
    ("given", "full"),
    [
        ("alpine", "docker.io/library/alpine:latest"),
        ("alpine:3", "docker.io/library/alpine:3"),
        ("team/etl", "docker.io/team/etl:latest"),
        ("index.docker.io/team/etl", "docker.io/team/etl:latest"),
        ("localhost/etl:1", "localhost/etl:1"),
        ("registry:5000/etl", "registry:5000/etl:latest"),
        (
            "1.dkr.ecr.eu-west-1.amazonaws.com/etl@sha256:abc",
            "1.dkr.ecr.eu-west-1.amazonaws.com/etl@sha256:abc",
        ),
    ],
)
def test_names_are_read_as_docker_reads_them(given: str, full: str) -> None:
    assert full_name(given) == full
    assert full_name(full) == full


def test_a_stand_in_that_was_closed_starts_nothing() -> None:
    engine = select_engine("stand-in", {"x": ImageSource(stand_in=["true"])})
    engine.close()
    engine.close()
    with pytest.raises(StartFailedError):
        engine.start(ContainerSpec("a", "x"), lambda _: None)


def test_a_pull_under_way_ends_with_the_sandbox(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    noted = tmp_path / "pid"
    docker = tmp_path / "docker"
    docker.write_text(
        "#!/bin/sh\n"
        '[ "$1" = info ] && echo \'{"ServerVersion": "1", "OSType": "linux"}\' && exit\n'
        f'[ "$1" = pull ] && echo $$ > {noted} && exec /bin/sleep 600\n'
        "exit 1\n"
    )
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with EcsStory(engine=select_engine("docker")) as story:
        story.register()
        arn = story.start()
        pid = until(lambda: noted.exists() and noted.read_text().strip())
        assert story.task(arn)["lastStatus"] == "PENDING"
    assert is_gone(pid)


def test_docker_gets_every_value_and_none_on_its_command_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    docker = tmp_path / "docker"
    docker.write_text(
        "#!/bin/sh\n"
        '[ "$1" = info ] && echo \'{"ServerVersion": "1", "OSType": "linux"}\' && exit\n'
        '[ "$1" = image ] && exit\n'
        f'[ "$1" = create ] && cd {tmp_path} && echo "$@" > arguments && env > environment '
        "&& cat > env-file && exit 1\n"
    )
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    variables = {
        "GOOGLE_API_KEY": "hush 'google'",
        "BUILD_TOKEN": "hush\nbuild",
        "DOCKER_HOST": 'hush "docker"',
        "HOME": "hush home",
        "PLAIN": "hush",
    }
    engine = select_engine("docker")
    engine.ensure_image("app")
    with pytest.raises(StartFailedError):
        engine.start(ContainerSpec("app", "app", environment=variables), lambda _: None)
    assert "hush" not in (tmp_path / "arguments").read_text()
    told = (tmp_path / "env-file").read_text() + (tmp_path / "environment").read_text()
    for name, value in variables.items():
        assert f"{name}={value}\n" in told
    assert "hush home" not in (tmp_path / "environment").read_text()


@settings(deadline=None)
@given(st.dictionaries(st.text(min_size=1), st.text()))
def test_every_variable_goes_one_way_into_the_container(environment: dict[str, str]) -> None:
    try:
        found = sort_variables(environment)
    except UnpassableError:
        return
    assert found.lines | found.passed | found.checked == environment
    assert len(found.lines) + len(found.passed) + len(found.checked) == len(environment)
    lines = found.lines | found.checked
    assert not any("\n" in name + value for name, value in lines.items())


@pytest.mark.parametrize(
    "name", ["PATH", "HOME", "DOCKER_HOST", "CONTAINERS_CONF", "https_proxy", "GODEBUG", "A*"]
)
def test_what_the_engines_program_reads_itself_never_comes_into_its_environment(
    name: str,
) -> None:
    assert not sort_variables({name: "a 'b'"}).passed
    with pytest.raises(UnpassableError, match=re.escape(name)) as refused:
        sort_variables({name: "hush\nhush"})
    assert "hush" not in str(refused.value)

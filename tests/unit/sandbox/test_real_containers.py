"""Tasks in real containers, if Docker or Podman can run them."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mwaa_ecs.errors import UserError
from mwaa_ecs.sandbox.engines import ImageSource, select_engine
from unit.sandbox.ecs_story import EcsStory, containers, first_line, program, until

HERE = Path(__file__).parent
SOURCE = ImageSource(
    build=HERE / "image", prepare=["cc", "-static", "-O1", "-o", "app", "app.c"]
)
IMAGE = "mwaa-ecs-sandbox-test/app:1"

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module", params=["docker", "podman"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """An engine that works on this machine."""
    if shutil.which("cc") is None:
        pytest.skip("no C compiler (cc) to make the test's image with")
    try:
        select_engine(request.param).close()
    except UserError as error:
        pytest.skip(str(error))
    return str(request.param)


@pytest.fixture(scope="module")
def story(engine_name: str) -> Iterator[EcsStory]:
    """One sandbox for all tests, because the build of the image is slow."""
    with EcsStory(engine=select_engine(engine_name, {IMAGE: SOURCE})) as one:
        yield one


def command(*words: object, name: str = "app") -> dict[str, Any]:
    return {"containerOverrides": [{"name": name, "command": [str(word) for word in words]}]}


def test_the_image_is_built_and_its_entry_point_runs(story: EcsStory) -> None:
    story.register(
        story.container(image=IMAGE, command=["print", "hello", "err", "oh", "exit", "3"])
    )
    task = story.run()
    assert containers(task)["app"]["exitCode"] == 3, task
    assert task["stopCode"] == "EssentialContainerExited"
    assert sorted(story.lines(task["taskArn"])) == ["hello", "oh"]


def test_its_environment_is_ecss_and_the_tasks(story: EcsStory) -> None:
    values = {
        "PLAIN": "a",
        "QUOTED": '"a\' b" #c',
        "LINES": "x\ty",
        "PATH": "/none",
        "EMPTY": "",
    }
    story.register(
        story.container(
            image=IMAGE,
            environment=[{"name": name, "value": value} for name, value in values.items()],
        )
    )
    names = [*values, "AWS_ENDPOINT_URL", "AWS_EXECUTION_ENV", "HOSTNAME_OF_MINE"]
    task = story.run(overrides=command(*(word for name in names for word in ("env", name))))
    # CloudWatch Logs has no event for an empty line.
    expected = [value for value in values.values() if value]
    expected += [story.aws.endpoint_url, "AWS_ECS_FARGATE", "(unset)"]
    assert story.lines(task["taskArn"]) == expected


def test_no_process_shows_a_secret_among_its_arguments(story: EcsStory) -> None:
    """Every user can read a process's arguments; only its owner can read its environment."""
    hidden = "hush-4711"
    values = {
        "GOOGLE_API_KEY": f"{hidden} 'a' \"b\" #c",
        "BUILD_TOKEN": f"{hidden}\nsecond line",
        "DOCKER_AUTH_CONFIG": f'{{"auths": "{hidden}"}}',
        "CONTAINER_HOST": f"ssh://{hidden} $HOME `id`",
        "PATH": f"/{hidden} with blanks",
        "dotted.name-1": f"{hidden}\nsecond line",
        "PLAIN": hidden,
    }
    story.aws.client("ssm").put_parameter(
        Name="/hidden", Value=f"{hidden} from the store", Type="SecureString"
    )
    names = [*values, "GO_SECRET"]
    story.register(
        story.container(
            image=IMAGE,
            command=[word for name in names for word in ("env", name)],
            environment=[{"name": name, "value": value} for name, value in values.items()],
            secrets=[{"name": "GO_SECRET", "valueFrom": "/hidden"}],
        )
    )
    with arguments_of_all_processes() as seen:
        task = story.run()
    assert any("create" in arguments for arguments in seen)
    assert [arguments for arguments in seen if hidden in arguments] == []
    expected = [*values.values(), f"{hidden} from the store"]
    assert story.lines(task["taskArn"]) == "\n".join(expected).split("\n")


def test_a_name_that_no_container_can_have_is_refused_without_its_value(
    story: EcsStory,
) -> None:
    story.register(
        story.container(
            image=IMAGE, environment=[{"name": "DOCKER_HOST", "value": "hush\nhush"}]
        )
    )
    task = story.run()
    assert task["stopCode"] == "TaskFailedToStart"
    assert "'DOCKER_HOST'" in task["stoppedReason"]
    assert "hush" not in task["stoppedReason"]


@pytest.mark.parametrize("how", ["kill", "process", "stop", "rm"])
def test_one_that_others_end_was_not_out_of_memory(
    story: EcsStory, engine_name: str, how: str
) -> None:
    story.register(story.container(image=IMAGE, memory=64, command=["print", "up", "hold"]))
    arn = story.start()
    until(lambda: story.lines(arn))
    container = runtime_id(story, arn)
    if how == "process":
        pid = told(engine_name, "inspect", "--format", "{{.State.Pid}}", container)
        os.kill(int(pid[0]), signal.SIGKILL)
    else:
        words = {"kill": ["kill"], "stop": ["stop", "-t", "1"], "rm": ["rm", "--force"]}[how]
        told(engine_name, *words, container)
    app = containers(story.stopped(arn))["app"]
    assert app["exitCode"] == 137
    if how == "rm":
        assert app["reason"].startswith(
            "CannotInspectContainerError: the container was removed"
        )
    else:
        assert "reason" not in app


def test_stop_task_ends_one_that_others_have_paused(story: EcsStory, engine_name: str) -> None:
    story.register(story.container(image=IMAGE, command=["term", "3", "print", "up", "hold"]))
    arn = story.start()
    until(lambda: story.lines(arn))
    told(engine_name, "pause", runtime_id(story, arn))
    story.ecs.stop_task(cluster="story", task=arn)
    assert containers(story.stopped(arn))["app"]["exitCode"] == 3


def test_an_image_that_others_removed_is_had_again(story: EcsStory, engine_name: str) -> None:
    story.register(story.container(image=IMAGE, command=["term", "0", "print", "up", "hold"]))
    arn = story.start()
    until(lambda: story.lines(arn))
    label = label_of(engine_name, runtime_id(story, arn))
    story.ecs.stop_task(cluster="story", task=arn)
    story.stopped(arn)
    told(engine_name, "rmi", "--force", *left_by_sandbox(engine_name, *label)[1])
    story.register(story.container(image=IMAGE, command=["print", "done"]))
    assert story.lines(story.run()["taskArn"]) == ["done"]


def test_output_arrives_while_it_runs_and_stop_task_ends_it(story: EcsStory) -> None:
    story.register(story.container(image=IMAGE, command=["term", "0", "print", "up", "hold"]))
    arn = story.start()
    until(lambda: story.lines(arn) == ["up"])
    until(lambda: story.task(arn)["lastStatus"] == "RUNNING")
    story.ecs.stop_task(cluster="story", task=arn, reason="enough")
    task = story.stopped(arn)
    assert task["stopCode"] == "UserInitiated"
    assert story.lines(arn) == ["up", "bye"]
    assert containers(task)["app"]["exitCode"] == 0


def test_one_that_takes_no_notice_of_sigterm_is_killed(story: EcsStory) -> None:
    container = story.container(image=IMAGE, command=["print", "up", "hold"], stopTimeout=2)
    story.register(container)
    arn = story.start()
    until(lambda: story.lines(arn))
    story.ecs.stop_task(cluster="story", task=arn)
    assert containers(story.stopped(arn))["app"]["exitCode"] == 137


def test_one_that_takes_too_much_memory_is_out_of_memory(
    story: EcsStory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    story.register(story.container(image=IMAGE, memory=64))
    task = story.run(overrides=command("eat", 300, "print", "enough"))
    app = containers(task)["app"]
    if story.lines(task["taskArn"]) == ["enough"]:
        pytest.skip("this machine's engine takes a memory limit and does not keep it")
    assert app["exitCode"] == 137
    assert app["reason"] == "OutOfMemoryError: Container killed due to memory usage"
    assert list(tmp_path.iterdir()) == [], "the engine's own files are none of the user's"


def test_a_sidecar_is_stopped_with_the_essential_container(story: EcsStory) -> None:
    story.register(
        story.container("side", IMAGE, essential=False, command=["term", "7", "hold"]),
        story.container(
            image=IMAGE,
            command=["exit", "5"],
            dependsOn=[{"containerName": "side", "condition": "START"}],
        ),
    )
    found = containers(story.run())
    assert (found["app"]["exitCode"], found["side"]["exitCode"]) == (5, 7)


def test_an_entry_point_that_is_not_in_the_image(story: EcsStory) -> None:
    story.register(story.container(image=IMAGE, entryPoint=["/no/such/program", "x"]))
    task = story.run()
    assert task["stopCode"] == "TaskFailedToStart"
    assert task["stoppedReason"].startswith("CannotStartContainerError: ")
    assert "/no/such/program" in task["stoppedReason"]
    assert story.lines(task["taskArn"]) == []


def test_an_image_that_no_registry_has(story: EcsStory) -> None:
    story.register(story.container(image="registry.invalid/team/etl:1.4"))
    task = story.run()
    assert task["stopCode"] == "TaskFailedToStart"
    assert task["stoppedReason"].startswith("CannotPullContainerError: ")
    assert "registry.invalid/team/etl:1.4" in task["stoppedReason"]


def test_several_run_at_once(story: EcsStory) -> None:
    story.register(story.container(image=IMAGE, command=["print", "done"]))
    arns = [task["taskArn"] for task in story.run_task(count=6)["tasks"]]
    assert [story.lines(story.stopped(arn)["taskArn"]) for arn in arns] == [["done"]] * 6


OTHER_PROCESS = textwrap.dedent(
    """
    import sys, time
    from unit.sandbox.ecs_story import EcsStory, until
    from unit.sandbox.test_real_containers import IMAGE, SOURCE, select_engine
    with EcsStory(engine=select_engine(sys.argv[1], {IMAGE: SOURCE})) as story:
        story.register(story.container(image=IMAGE, command=["print", "up", "hold"]))
        arn = story.start()
        until(lambda: story.lines(arn))
        print(story.task(arn)["containers"][0]["runtimeId"].split("-")[1], flush=True)
        time.sleep(600)
    """
)


def test_the_next_sandbox_removes_what_a_killed_one_left(
    engine_name: str, story: EcsStory
) -> None:
    story.register(story.container(image=IMAGE, command=["print", "up", "hold"]))
    arn = story.start()
    until(lambda: story.lines(arn))
    with program(OTHER_PROCESS, engine_name) as other:
        container = first_line(other)
        label = label_of(engine_name, container)
        other.kill()
        other.communicate()
    left, images = left_by_sandbox(engine_name, *label)
    assert left
    assert images
    select_engine(engine_name).close()
    assert left_by_sandbox(engine_name, *label) == ([], [])
    until(lambda: not processes_of(container))
    # The owner of this one still runs.
    assert story.task(arn)["lastStatus"] == "RUNNING"
    assert left_by_sandbox(engine_name, *label_of(engine_name, runtime_id(story, arn)))[1]
    story.ecs.stop_task(cluster="story", task=arn)


def test_nothing_is_left_behind_when_it_is_interrupted(engine_name: str) -> None:
    with program(OTHER_PROCESS, engine_name) as other:
        container = first_line(other)
        # Other sandboxes may run at the same time, so the label selects this one.
        label = label_of(engine_name, container)
        containers, images = left_by_sandbox(engine_name, *label)
        assert containers
        assert images
        assert processes_of(container) or not Path("/proc").exists()
        other.send_signal(signal.SIGINT)
        other.communicate()
    assert left_by_sandbox(engine_name, *label) == ([], [])
    until(lambda: not processes_of(container))


def runtime_id(story: EcsStory, arn: str) -> str:
    """Return the engine's id of a task's container."""
    return str(containers(story.task(arn))["app"]["runtimeId"]).partition("-")[2]


def label_of(engine: str, container: str) -> list[str]:
    """Return the label of a container's sandbox."""
    form = '{{index .Config.Labels "mwaa-ecs.sandbox"}}'
    return told(engine, "inspect", "--format", form, container)


@contextlib.contextmanager
def arguments_of_all_processes() -> Iterator[set[str]]:
    """Collect the arguments of every process that runs within the `with`."""
    seen: set[str] = set()
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                with contextlib.suppress(OSError):
                    seen.add(path.read_bytes().decode("utf-8", "replace"))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def processes_of(container: str) -> list[str]:
    """Return the processes that have a container's id among their arguments."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            arguments = path.read_bytes().decode("utf-8", "replace").replace("\0", " ")
            if container in arguments:
                found.append(arguments)
    return found


def left_by_sandbox(engine: str, sandbox: str) -> tuple[list[str], list[str]]:
    """Return the containers and images that a sandbox created."""
    label = ("--filter", f"label=mwaa-ecs.sandbox={sandbox}")
    return (
        told(engine, "ps", "--all", "--quiet", *label),
        told(engine, "images", "--quiet", *label),
    )


def told(engine: str, *arguments: str) -> list[str]:
    """Return the words of an engine's output."""
    done = subprocess.run([engine, *arguments], capture_output=True, text=True, check=True)
    return sorted(done.stdout.split())

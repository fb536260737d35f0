"""StopTask, sidecars and the order in which containers start and stop."""

from __future__ import annotations

from pathlib import Path

from unit.sandbox.ecs_story import EcsStory, containers, is_gone, shell, until


def test_stop_task_ends_the_process() -> None:
    with EcsStory({"app": shell("echo $$; exec sleep 600")}) as story:
        story.register()
        arn = story.start()
        (pid,) = until(lambda: story.lines(arn))
        answer = story.ecs.stop_task(cluster="story", task=arn, reason="no longer wanted")
        assert answer["task"]["desiredStatus"] == "STOPPED"
        task = story.stopped(arn)
        assert is_gone(pid)
        assert task["stopCode"] == "UserInitiated"
        assert task["stoppedReason"] == "no longer wanted"
        assert containers(task)["app"]["exitCode"] == 143


def test_stop_task_ends_what_the_process_started_too() -> None:
    with EcsStory({"app": shell("sleep 600 & echo $!; wait")}) as story:
        story.register()
        arn = story.start()
        (child,) = until(lambda: story.lines(arn))
        story.ecs.stop_task(cluster="story", task=arn)
        story.stopped(arn)
        until(lambda: is_gone(child))


def test_a_container_may_tidy_up_when_it_is_told_to_stop() -> None:
    script = "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done"
    with EcsStory({"app": shell(script)}) as story:
        story.register()
        arn = story.start()
        until(lambda: story.lines(arn))
        story.ecs.stop_task(cluster="story", task=arn)
        task = story.stopped(arn)
        assert story.lines(arn) == ["up", "bye"]
        assert containers(task)["app"]["exitCode"] == 0


def test_a_container_that_will_not_stop_is_killed() -> None:
    script = "trap '' TERM; echo up; while :; do sleep 0.05; done"
    with EcsStory({"app": shell(script)}) as story:
        story.register(story.container(stopTimeout=2))
        arn = story.start()
        until(lambda: story.lines(arn))
        story.ecs.stop_task(cluster="story", task=arn)
        assert containers(story.stopped(arn))["app"]["exitCode"] == 137


def test_stopping_a_stopped_task_changes_nothing() -> None:
    with EcsStory({"app": shell("exit 4")}) as story:
        story.register()
        before = story.run()
        story.ecs.stop_task(cluster="story", task=before["taskArn"], reason="too late")
        assert story.task(before["taskArn"]) == before


def test_a_sidecar_is_stopped_when_the_essential_container_exits() -> None:
    with EcsStory({"app": shell("exit 5"), "proxy": ["sleep", "600"]}) as story:
        story.register(
            story.container("proxy", "proxy", essential=False),
            story.container(dependsOn=[{"containerName": "proxy", "condition": "START"}]),
        )
        task = story.run()
        assert task["stopCode"] == "EssentialContainerExited"
        found = containers(task)
        assert found["app"]["exitCode"] == 5
        assert found["proxy"]["exitCode"] == 143


def test_a_sidecar_that_exits_does_not_end_the_task(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    script = f"while ! [ -e {gate} ]; do sleep 0.05; done"
    with EcsStory({"app": shell(script), "helper": shell("exit 9")}) as story:
        story.register(story.container(), story.container("helper", "helper", essential=False))
        arn = story.start()
        until(lambda: "exitCode" in containers(story.task(arn))["helper"])
        task = story.task(arn)
        assert task["lastStatus"] == "RUNNING"
        assert containers(task)["helper"]["lastStatus"] == "STOPPED"
        gate.touch()
        task = story.stopped(arn)
        assert {name: one["exitCode"] for name, one in containers(task).items()} == {
            "app": 0,
            "helper": 9,
        }


def test_a_container_waits_for_what_it_depends_on(tmp_path: Path) -> None:
    with EcsStory(
        {"app": shell(f"cat {tmp_path}/made"), "init": shell(f"echo made > {tmp_path}/made")}
    ) as story:
        story.register(
            story.container(dependsOn=[{"containerName": "init", "condition": "SUCCESS"}]),
            story.container("init", "init", essential=False),
        )
        task = story.run()
        assert story.lines(task["taskArn"]) == ["made"]
        assert containers(task)["app"]["exitCode"] == 0


def test_the_order_in_which_containers_are_defined_does_not_matter() -> None:
    with EcsStory({"app": shell("exit 0"), "proxy": ["sleep", "600"]}) as story:
        story.register(
            story.container(dependsOn=[{"containerName": "proxy", "condition": "START"}]),
            story.container("proxy", "proxy", essential=False),
        )
        assert containers(story.run())["app"]["exitCode"] == 0


def test_containers_that_wait_for_each_other_do_not_wait_for_ever() -> None:
    with EcsStory({"app": ["true"], "other": ["true"]}) as story:
        story.register(
            story.container(dependsOn=[{"containerName": "other", "condition": "COMPLETE"}]),
            story.container(
                "other", "other", dependsOn=[{"containerName": "app", "condition": "START"}]
            ),
        )
        task = story.run()
        assert task["stopCode"] == "TaskFailedToStart"
        assert task["stoppedReason"].startswith("dependency graph: ")


def test_a_container_does_not_start_when_what_it_needs_has_failed() -> None:
    with EcsStory({"app": ["true"], "init": shell("exit 1")}) as story:
        story.register(
            story.container(dependsOn=[{"containerName": "init", "condition": "SUCCESS"}]),
            story.container("init", "init", essential=False),
        )
        task = story.run()
        assert task["stopCode"] == "TaskFailedToStart"
        assert "did not exit successfully" in task["stoppedReason"]
        assert "exitCode" not in containers(task)["app"]
        assert containers(task)["init"]["exitCode"] == 1


def test_every_container_has_a_stream_of_its_own() -> None:
    with EcsStory({"app": ["echo", "from app"], "side": ["echo", "from side"]}) as story:
        story.register(
            story.container("side", "side", essential=False),
            story.container(dependsOn=[{"containerName": "side", "condition": "COMPLETE"}]),
        )
        arn = story.run()["taskArn"]
        assert story.lines(arn, "app") == ["from app"]
        assert story.lines(arn, "side") == ["from side"]

"""Running tasks in DescribeTasks, ListTasks and CloudWatch Logs."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from unit.sandbox.ecs_story import ACCOUNT, REGION, EcsStory, containers, is_gone, shell, until


def test_a_container_that_exits_3_is_a_stopped_task_with_exit_code_3() -> None:
    with EcsStory({"app": shell("exit 3")}) as story:
        definition = story.register()
        task = story.run(startedBy="a-test", tags=[{"key": "team", "value": "data"}])
        assert task["lastStatus"] == task["desiredStatus"] == "STOPPED"
        assert task["stopCode"] == "EssentialContainerExited"
        assert task["stoppedReason"] == "Essential container in task exited"
        assert task["taskDefinitionArn"] == definition
        assert task["startedBy"] == "a-test"
        assert (task["cpu"], task["memory"]) == ("256", "512")
        assert (task["launchType"], task["platformVersion"]) == ("FARGATE", "1.4.0")
        assert task["overrides"]["containerOverrides"] == [{"name": "app"}]
        app = containers(task)["app"]
        assert app["exitCode"] == 3
        assert app["lastStatus"] == "STOPPED"
        assert app["taskArn"] == task["taskArn"]
        base = f"arn:aws:ecs:{REGION}:{ACCOUNT}"
        assert app["containerArn"].startswith(
            task["taskArn"].replace(f"{base}:task/", f"{base}:container/")
        )


def test_the_times_of_a_task_are_in_order() -> None:
    with EcsStory({"app": ["true"]}) as story:
        story.register()
        task = story.run()
        times = [
            task[name]
            for name in (
                "createdAt",
                "connectivityAt",
                "pullStartedAt",
                "pullStoppedAt",
                "startedAt",
                "executionStoppedAt",
                "stoppingAt",
                "stoppedAt",
            )
        ]
        assert times == sorted(times)


def test_run_task_answers_with_provisioning() -> None:
    with EcsStory({"app": ["true"]}) as story:
        story.register()
        answer = story.run_task()
        assert answer["failures"] == []
        assert answer["tasks"][0]["lastStatus"] == "PROVISIONING"
        assert answer["tasks"][0]["desiredStatus"] == "RUNNING"
        assert answer["tasks"][0]["attachments"][0]["status"] == "PRECREATED"


def test_output_reaches_the_stream_while_the_task_still_runs(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    script = f"echo before; while ! [ -e {gate} ]; do sleep 0.05; done; echo after"
    with EcsStory({"app": shell(script)}) as story:
        story.register()
        arn = story.start()
        until(lambda: story.task(arn)["lastStatus"] == "RUNNING")
        until(lambda: story.lines(arn) == ["before"])
        assert story.task(arn)["lastStatus"] == "RUNNING"
        gate.touch()
        story.stopped(arn)
        assert story.lines(arn) == ["before", "after"]


def test_stdout_and_stderr_are_in_the_stream_in_the_order_of_writing() -> None:
    script = "echo one; echo two >&2; echo; printf three; printf '\\n\\377four'"
    with EcsStory({"app": shell(script)}) as story:
        story.register()
        task = story.run()
        assert story.lines(task["taskArn"]) == [
            "one",
            "two",
            "three",
            "\N{REPLACEMENT CHARACTER}four",
        ]


def test_a_container_that_logs_nothing_has_its_stream() -> None:
    with EcsStory({"app": ["true"]}) as story:
        story.register()
        assert story.lines(story.run()["taskArn"]) == []


def test_the_container_gets_the_local_aws_and_no_variable_of_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MY_OWN_SECRET", "x")
    with EcsStory({"app": ["env"]}) as story:
        story.register(
            story.container(
                environment=[{"name": "STAGE", "value": "dev"}, {"name": "A", "value": ""}]
            )
        )
        task = story.run(
            overrides={
                "containerOverrides": [
                    {"name": "app", "environment": [{"name": "STAGE", "value": "a b\tc"}]}
                ]
            }
        )
        found = dict(line.split("=", 1) for line in story.lines(task["taskArn"]))
        assert found["AWS_ENDPOINT_URL"] == story.aws.endpoint_url
        assert found["AWS_REGION"] == found["AWS_DEFAULT_REGION"] == REGION
        assert found["AWS_EXECUTION_ENV"] == "AWS_ECS_FARGATE"
        assert found["STAGE"] == "a b\tc"
        assert found["A"] == ""
        assert "MY_OWN_SECRET" not in found
        assert "AWS_PROFILE" not in found


def test_the_definitions_environment_overrides_that_of_the_sandbox() -> None:
    with EcsStory({"app": shell("echo $AWS_REGION")}) as story:
        story.register(
            story.container(environment=[{"name": "AWS_REGION", "value": "eu-north-1"}])
        )
        assert story.lines(story.run()["taskArn"]) == ["eu-north-1"]


def test_command_and_entry_point_reach_the_container_and_an_override_replaces_the_command() -> (
    None
):
    with EcsStory({"app": ["echo"]}) as story:
        story.register(story.container(entryPoint=["python"], command=["-c", "print()"]))
        first = story.run()
        second = story.run(
            overrides={"containerOverrides": [{"name": "app", "command": ["job.py", "a  b"]}]}
        )
        assert story.lines(first["taskArn"]) == ["python -c print()"]
        assert story.lines(second["taskArn"]) == ["python job.py a  b"]
        assert second["overrides"]["containerOverrides"] == [
            {"name": "app", "command": ["job.py", "a  b"]}
        ]


def test_task_level_overrides_are_the_tasks_own_size() -> None:
    with EcsStory({"app": ["true"]}) as story:
        story.register()
        role = story.role("x")
        overrides = {"cpu": "1 vCPU", "memory": "4 GB", "taskRoleArn": role}
        task = story.run(overrides=overrides)
        assert (task["cpu"], task["memory"]) == ("1024", "4096")
        assert task["overrides"]["taskRoleArn"] == role


def test_twenty_tasks_run_at_once(tmp_path: Path) -> None:
    # Each task waits for all others, so they end only if all run at the same time.
    script = (
        f"touch {tmp_path}/$NUMBER; "
        f"while [ $(ls {tmp_path} | wc -l) -lt 20 ]; do sleep 0.1; done; echo $NUMBER"
    )
    with EcsStory({"app": shell(script)}) as story:
        story.register()
        arns = [
            story.start(
                overrides={
                    "containerOverrides": [
                        {
                            "name": "app",
                            "environment": [{"name": "NUMBER", "value": str(number)}],
                        }
                    ]
                }
            )
            for number in range(20)
        ]
        for number, arn in enumerate(arns):
            task = story.stopped(arn)
            assert containers(task)["app"]["exitCode"] == 0
            assert story.lines(arn) == [str(number)]


def test_count_starts_as_many_tasks_each_with_an_address_of_its_own(tmp_path: Path) -> None:
    with EcsStory({"app": ["sleep", "600"]}) as story:
        story.register()
        arns = [task["taskArn"] for task in story.run_task(count=10)["tasks"]]
        assert len(set(arns)) == 10
        until(lambda: all(story.task(arn)["lastStatus"] == "RUNNING" for arn in arns))
        interfaces = [
            containers(story.task(arn))["app"]["networkInterfaces"][0] for arn in arns
        ]
        addresses = {interface["privateIpv4Address"] for interface in interfaces}
        assert len(addresses) == 10
        assert all(address.startswith("10.1.0.") for address in addresses)


def test_a_tasks_interface_is_there_while_it_runs_and_gone_after(tmp_path: Path) -> None:
    with EcsStory({"app": ["sleep", "600"]}) as story:
        story.register()
        ec2 = story.aws.client("ec2")
        arn = story.start()
        until(lambda: story.task(arn)["lastStatus"] == "RUNNING")
        details = story.task(arn)["attachments"][0]["details"]
        found = {item["name"]: item["value"] for item in details}
        assert found["subnetId"] == story.subnet
        interfaces = ec2.describe_network_interfaces()["NetworkInterfaces"]
        assert [one["NetworkInterfaceId"] for one in interfaces] == [
            found["networkInterfaceId"]
        ]
        story.ecs.stop_task(cluster="story", task=arn)
        story.stopped(arn)
        assert ec2.describe_network_interfaces()["NetworkInterfaces"] == []


def test_tasks_are_listed_by_what_they_are_meant_to_be() -> None:
    with EcsStory({"app": ["sleep", "600"], "short": ["true"]}) as story:
        story.register(story.container(image="short"), family="other")
        story.register()
        running = [story.start(startedBy="me"), story.start()]
        ended = story.run(taskDefinition="other")["taskArn"]

        def listed(**more: Any) -> list[str]:
            arns: list[str] = story.ecs.list_tasks(cluster="story", **more)["taskArns"]
            return arns

        assert listed() == running
        assert listed(desiredStatus="STOPPED") == [ended]
        assert listed(family="other", desiredStatus="STOPPED") == [ended]
        assert listed(family="other") == []
        assert listed(startedBy="me") == running[:1]
        pages = story.ecs.get_paginator("list_tasks").paginate(
            cluster="story", PaginationConfig={"PageSize": 1}
        )
        assert [page["taskArns"] for page in pages] == [running[:1], running[1:]]


def test_a_task_that_does_not_exist_is_missing_and_ids_do_for_arns() -> None:
    with EcsStory({"app": ["true"]}) as story:
        story.register()
        arn = story.run()["taskArn"]
        answer = story.ecs.describe_tasks(
            cluster=f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/story",
            tasks=[arn.rpartition("/")[2], "0" * 32],
        )
        assert [task["taskArn"] for task in answer["tasks"]] == [arn]
        missing = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task/story/{'0' * 32}"
        assert answer["failures"] == [{"arn": missing, "reason": "MISSING"}]


def test_tags_come_from_the_request_and_from_the_definition() -> None:
    with EcsStory({"app": ["true"]}) as story:
        story.register(tags=[{"key": "a", "value": "1"}, {"key": "b", "value": "1"}])
        arn = story.start(propagateTags="TASK_DEFINITION", tags=[{"key": "b", "value": "2"}])
        expected = [{"key": "a", "value": "1"}, {"key": "b", "value": "2"}]
        answer = story.ecs.describe_tasks(cluster="story", tasks=[arn], include=["TAGS"])
        assert answer["tasks"][0]["tags"] == expected
        assert story.task(arn)["tags"] == []
        story.ecs.tag_resource(resourceArn=arn, tags=[{"key": "c", "value": "3"}])
        story.ecs.untag_resource(resourceArn=arn, tagKeys=["a"])
        assert story.ecs.list_tags_for_resource(resourceArn=arn)["tags"] == [
            {"key": "b", "value": "2"},
            {"key": "c", "value": "3"},
        ]


def test_a_client_token_starts_its_tasks_once() -> None:
    with EcsStory({"app": ["true"]}) as story:
        story.register()
        first = story.start(clientToken="once")
        assert story.start(clientToken="once") == first
        with pytest.raises(story.ecs.exceptions.ConflictException):
            story.start(clientToken="once", startedBy="another")


def test_a_strategy_spreads_the_tasks_and_the_clusters_own_is_the_default() -> None:
    with EcsStory({"app": ["true"]}) as story:
        story.register()
        answer = story.run_task(
            count=4,
            capacityProviderStrategy=[
                {"capacityProvider": "FARGATE", "base": 1, "weight": 1},
                {"capacityProvider": "FARGATE_SPOT", "weight": 2},
            ],
        )
        providers = [task["capacityProviderName"] for task in answer["tasks"]]
        assert sorted(providers) == ["FARGATE", "FARGATE", "FARGATE_SPOT", "FARGATE_SPOT"]
        story.ecs.put_cluster_capacity_providers(
            cluster="story",
            capacityProviders=["FARGATE_SPOT"],
            defaultCapacityProviderStrategy=[{"capacityProvider": "FARGATE_SPOT", "weight": 1}],
        )
        task = story.run_task(launchType=None)["tasks"][0]
        assert (task["capacityProviderName"], task["launchType"]) == ("FARGATE_SPOT", "FARGATE")


def test_a_cluster_counts_its_tasks_and_cannot_be_deleted_under_them() -> None:
    with EcsStory({"app": ["sleep", "600"]}) as story:
        story.register()
        arn = story.start()
        until(lambda: story.task(arn)["lastStatus"] == "RUNNING")
        cluster = story.ecs.describe_clusters(clusters=["story"])["clusters"][0]
        assert (cluster["runningTasksCount"], cluster["pendingTasksCount"]) == (1, 0)
        with pytest.raises(story.ecs.exceptions.ClusterContainsTasksException):
            story.ecs.delete_cluster(cluster="story")
        story.ecs.stop_task(cluster="story", task=arn)
        story.stopped(arn)
        assert story.ecs.delete_cluster(cluster="story")["cluster"]["status"] == "INACTIVE"
        with pytest.raises(story.ecs.exceptions.ClusterNotFoundException):
            story.start()


def test_the_working_folder_of_a_stand_in_is_gone_after_it() -> None:
    with EcsStory({"app": ["pwd"]}) as story:
        story.register()
        (folder,) = story.lines(story.run()["taskArn"])
        assert not Path(folder).exists()


def test_reset_ends_the_tasks_and_forgets_the_account() -> None:
    with EcsStory({"app": shell("echo $$; exec sleep 600")}) as story:
        story.register()
        arn = story.start()
        (pid,) = until(lambda: story.lines(arn))
        story.aws.reset()
        assert is_gone(pid)
        assert story.ecs.list_clusters()["clusterArns"] == []
        assert [call.action for call in story.aws.calls] == ["ListClusters"]


def test_what_a_long_line_holds_is_not_lost() -> None:
    with EcsStory(
        {"app": shell("head -c 300000 /dev/zero | tr '\\0' x; echo; echo end")}
    ) as story:
        story.register()
        lines = story.lines(story.run()["taskArn"])
        assert "".join(lines) == "x" * 300000 + "end"
        assert len(lines) == 3


def test_events_are_in_order_and_carry_the_time_in_milliseconds() -> None:
    before = int(time.time() * 1000)
    with EcsStory({"app": shell("for i in 1 2 3 4 5; do echo $i; done")}) as story:
        story.register()
        arn = story.run()["taskArn"]
        events = story.logs.filter_log_events(logGroupName="/ecs/story")["events"]
        stamps = [event["timestamp"] for event in events]
        assert stamps == sorted(stamps)
        assert before <= stamps[0] <= int(time.time() * 1000)
        assert {event["logStreamName"] for event in events} == {
            f"ecs/app/{arn.rpartition('/')[2]}"
        }

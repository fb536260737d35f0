"""Task definitions with the defaults that ECS adds."""

from __future__ import annotations

from typing import Any

import pytest

from mwaa_ecs.sandbox.ecs.errors import EcsError
from mwaa_ecs.sandbox.ecs.register import as_kept, check_registration
from unit.sandbox.ecs_story import EcsStory


def _registered(story: EcsStory, container: dict[str, Any], **more: Any) -> dict[str, Any]:
    arn = story.register(story.container(**container), **more)
    found = story.ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]
    (kept,) = found["containerDefinitions"]
    return dict(kept)


def test_defaults_are_filled_in() -> None:
    with EcsStory() as story:
        kept = _registered(
            story,
            {
                "portMappings": [{"containerPort": 80}, {"containerPortRange": "90-95"}],
                "healthCheck": {"command": ["CMD", "true"], "retries": 5},
            },
        )
        assert kept["portMappings"] == [
            {"containerPort": 80, "hostPort": 80, "protocol": "tcp"},
            {"containerPortRange": "90-95", "protocol": "tcp"},
        ]
        assert kept["healthCheck"] == {
            "command": ["CMD", "true"],
            "interval": 30,
            "timeout": 5,
            "retries": 5,
        }
        assert kept["cpu"] == 0
        assert kept["essential"] is True
        assert kept["systemControls"] == kept["mountPoints"] == kept["volumesFrom"] == []


@pytest.mark.parametrize(("mode", "port"), [("bridge", 0), ("host", 80)])
def test_a_host_port_that_is_not_said_follows_the_network_mode(mode: str, port: int) -> None:
    with EcsStory() as story:
        kept = _registered(
            story,
            {"portMappings": [{"containerPort": 80}], "memoryReservation": 128},
            networkMode=mode,
            requiresCompatibilities=["EC2"],
            cpu=None,
            memory=None,
        )
        assert kept["portMappings"] == [
            {"containerPort": 80, "hostPort": port, "protocol": "tcp"}
        ]
        assert "memory" not in kept


def test_variables_come_back_in_another_order() -> None:
    with EcsStory() as story:
        variables = [{"name": name, "value": "1"} for name in ("AB", "BA", "CA")]
        kept = _registered(story, {"environment": variables})
        assert sorted(kept["environment"], key=lambda one: one["name"]) == variables
        assert kept["environment"] != variables


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"drop": ["ALL"]}, {"capabilities": {"add": [], "drop": ["ALL"]}}),
        ({"add": ["SYS_PTRACE"]}, {"capabilities": {"add": ["SYS_PTRACE"], "drop": []}}),
        ({"add": [], "drop": []}, {}),
        ({}, {}),
    ],
)
def test_capabilities_come_back_with_both_lists_or_not_at_all(
    given: dict[str, Any], kept: dict[str, Any]
) -> None:
    container = {"linuxParameters": {"initProcessEnabled": True, "capabilities": given}}
    (found,) = as_kept({"containerDefinitions": [container]})["containerDefinitions"]
    assert found["linuxParameters"] == {"initProcessEnabled": True, **kept}


@pytest.mark.parametrize(
    ("container", "message"),
    [
        ({"environment": [{"name": " ", "value": "x"}]}, "name cannot be null or blank"),
        ({"command": ["\u00e4" * 32768]}, "Max allowed length is '65536' bytes"),
        ({"firelensConfiguration": {"type": "fluentbit"}}, "at least one container has to be"),
        ({"logConfiguration": {"logDriver": "awsfirelens"}}, "must be configured in one of"),
        ({"memory": None}, "At least one of 'memory' or 'memoryReservation'"),
    ],
)
def test_what_ecs_does_not_register(container: dict[str, Any], message: str) -> None:
    with pytest.raises(EcsError, match=message):
        check_registration(
            {"containerDefinitions": [{"name": "a", "image": "a", "memory": 64, **container}]}
        )

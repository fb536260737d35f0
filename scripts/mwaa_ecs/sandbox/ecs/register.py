"""RegisterTaskDefinition: ECS's checks that moto lacks, and the defaults that ECS stores."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from mwaa_ecs.sandbox.ecs.errors import client_error
from mwaa_ecs.sandbox.ecs.fargate import cpu_units, is_pair, memory_mib, no_such_pair

Json = Mapping[str, Any]


_HEALTH_CHECK = {"interval": 30, "timeout": 5, "retries": 3}
_MOST_BYTES = 65536


def as_kept(request: Json) -> dict[str, Any]:
    """Return the request as ECS stores it: with defaults, and variables in another order.

    moto adds only some defaults (cpu, essential, empty lists) and keeps the order. With moto
    alone, an empty second plan would prove little about AWS.
    """
    same_port = request.get("networkMode") in ("awsvpc", "host")

    def container(given: Json) -> dict[str, Any]:
        kept = {"systemControls": [], **given}
        kept["portMappings"] = [
            _port(port, same_port=same_port) for port in given.get("portMappings") or ()
        ]
        for name in ("environment", "secrets"):
            if given.get(name):
                kept[name] = sorted(given[name], key=lambda one: str(one["name"])[::-1])
        if given.get("healthCheck"):
            kept["healthCheck"] = {**_HEALTH_CHECK, **given["healthCheck"]}
        if "linuxParameters" in given:
            kept["linuxParameters"] = _linux(given["linuxParameters"] or {})
        return kept

    return {
        **request,
        "containerDefinitions": [
            container(one) for one in request.get("containerDefinitions") or ()
        ],
    }


def _linux(given: Json) -> dict[str, Any]:
    """Return Linux parameters with both lists of capabilities or with neither."""
    kept = {name: value for name, value in given.items() if name != "capabilities"}
    capabilities = given.get("capabilities") or {}
    if any(capabilities.values()):
        kept["capabilities"] = {"add": [], "drop": [], **capabilities}
    return kept


def _port(given: Json, *, same_port: bool) -> dict[str, Any]:
    kept = {"protocol": "tcp", **given}
    if "containerPort" in given:
        kept.setdefault("hostPort", given["containerPort"] if same_port else 0)
    return kept


def check_registration(request: Json) -> None:
    """Check a RegisterTaskDefinition request.

    Raises:
        EcsError: ECS refuses the request with a ClientException.
    """
    containers = request.get("containerDefinitions") or ()
    if not containers:
        raise client_error("Container list cannot be empty.")
    if all(container.get("essential") is False for container in containers):
        raise client_error("A task definition must have at least one essential container.")
    if any(container.get("secrets") for container in containers) and not request.get(
        "executionRoleArn"
    ):
        raise client_error(
            "When you are specifying container secrets, you must also specify a value for "
            "'executionRoleArn'."
        )
    for container in containers:
        for field in ("name", "image"):
            if not container.get(field):
                raise client_error(f"Container.{field} should not be null or empty.")
        _check_logger(container)
        _check_memory(container, request.get("memory"))
        if not all(
            str(one.get("name") or "").strip() for one in container.get("environment") or ()
        ):
            raise client_error("Environment variable name cannot be null or blank.")
    _check_router(containers)
    length = len(json.dumps(containers, separators=(",", ":"), ensure_ascii=False).encode())
    if length > _MOST_BYTES:
        raise client_error(
            f"Actual length: '{length}'. Max allowed length is '{_MOST_BYTES}' bytes."
        )
    if "FARGATE" in (request.get("requiresCompatibilities") or ()):
        _check_fargate(request)


def _check_logger(container: Json) -> None:
    configuration = container.get("logConfiguration") or {}
    if configuration.get("logDriver") != "awslogs":
        return
    options = configuration.get("options") or {}
    missing = [name for name in ("awslogs-region", "awslogs-group") if not options.get(name)]
    if missing:
        raise client_error(f"Log driver awslogs requires options: {', '.join(missing)}")


def _check_memory(container: Json, task_memory: object) -> None:
    if not (task_memory or container.get("memory") or container.get("memoryReservation")):
        raise client_error(
            f"Invalid setting for container '{container.get('name')}'. At least one of "
            "'memory' or 'memoryReservation' must be specified."
        )


def _check_router(containers: Sequence[Json]) -> None:
    """Check that a FireLens router and containers that log to it exist together."""
    routers = any(container.get("firelensConfiguration") for container in containers)
    drivers = [
        (container.get("logConfiguration") or {}).get("logDriver") for container in containers
    ]
    if routers and "awsfirelens" not in drivers:
        raise client_error(
            "When a firelensConfiguration object is specified, at least one container has to "
            "be configured with the awsfirelens log driver."
        )
    if not routers and "awsfirelens" in drivers:
        raise client_error(
            "When awsfirelens log driver is specified in log configuration, a firelens "
            "configuration object must be configured in one of the containers."
        )


def _check_fargate(request: Json) -> None:
    for field in ("cpu", "memory"):
        if not request.get(field):
            raise client_error(f"Fargate requires that '{field}' be defined at the task level.")
    if request.get("networkMode") != "awsvpc":
        raise client_error("Fargate only supports network mode \u2018awsvpc\u2019.")
    given = request["cpu"], request["memory"]
    cpu, memory = cpu_units(given[0]), memory_mib(given[1])
    if cpu is None or memory is None or not is_pair(cpu, memory):
        raise client_error(
            no_such_pair(
                given[0] if cpu is None else cpu, given[1] if memory is None else memory
            )
        )
    for container in request["containerDefinitions"]:
        if (container.get("memory") or 0) > memory:
            raise client_error(
                f"The 'memory' setting for container '{container.get('name')}' is greater than "
                "for the task."
            )
        driver = (container.get("logConfiguration") or {}).get("logDriver")
        if driver == "awslogs" and not request.get("executionRoleArn"):
            raise client_error(
                "Fargate requires task definition to have execution role ARN to support log "
                "driver awslogs."
            )

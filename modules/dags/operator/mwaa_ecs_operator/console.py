"""Addresses of a task and its log in the AWS console."""

from __future__ import annotations

from urllib.parse import quote

_CONSOLES = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}


def task_address(task_arn: str) -> str:
    """Return the address of a task's page.

    Args:
        task_arn: `arn:<partition>:ecs:<region>:<account>:task/<cluster>/<id>`.
    """
    _, partition, _, region, _, resource = task_arn.split(":", 5)
    _, cluster, task_id = resource.split("/")
    return (
        f"{_console(partition, region)}/ecs/v2/clusters/{cluster}/tasks/{task_id}"
        f"/configuration?region={region}"
    )


def log_address(task_arn: str, group: str, stream: str, region: str | None = None) -> str:
    """Return the address of a log stream's page."""
    parts = task_arn.split(":")
    region = region or parts[3]
    return (
        f"{_console(parts[1], region)}/cloudwatch/home?region={region}#logsV2:log-groups"
        f"/log-group/{_twice(group)}/log-events/{_twice(stream)}"
    )


def _console(partition: str, region: str) -> str:
    host = _CONSOLES.get(partition, _CONSOLES["aws"])
    return f"https://{region}.{host}" if partition == "aws" else f"https://{host}"


def _twice(text: str) -> str:
    # The console decodes its fragment twice, and writes % as $.
    return quote(quote(text, safe=""), safe="").replace("%", "$")

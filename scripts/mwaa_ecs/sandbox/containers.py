"""Reports how the ECS tasks of a DAG ended, and why the DAG's log has none of their lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mwaa_ecs.sandbox.local_aws import Call, LocalAws

_PAGE = 100
"""Number of tasks that DescribeTasks accepts."""
_MOST_EVENTS = 10_000
"""Number of events in an answer of CloudWatch Logs."""
_STREAM_ARN = ":log-group:"


@dataclass(frozen=True)
class Stream:
    """A log stream."""

    group: str
    name: str

    def __str__(self) -> str:
        """Return both names, for a message."""
        return f"the log group {self.group!r}, log stream {self.name!r}"


def tasks_of(aws: LocalAws, *, recorded: bool = True) -> dict[str, dict[str, Any]]:
    """Return all ECS tasks, as DescribeTasks shows them, by ARN.

    recorded: whether the calls for it are recorded.
    """
    ecs = aws.client("ecs") if recorded else aws.watcher("ecs")
    found: dict[str, dict[str, Any]] = {}
    for cluster in ecs.list_clusters()["clusterArns"]:
        arns = [
            arn
            for status in ("RUNNING", "STOPPED")
            for arn in ecs.list_tasks(cluster=cluster, desiredStatus=status)["taskArns"]
        ]
        for start in range(0, len(arns), _PAGE):
            answer = ecs.describe_tasks(cluster=cluster, tasks=arns[start : start + _PAGE])
            found |= {task["taskArn"]: task for task in answer["tasks"]}
    return found


def told(tasks: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return how ECS tasks ended, one line each, with the exit codes of all containers."""
    lines = []
    for task in tasks:
        definition = _last(task["taskDefinitionArn"])
        ends = ", ".join(map(_end, task["containers"]))
        why = task.get("stoppedReason", "")
        why = "" if why in ("", "Essential container in task exited") else f": {why}"
        lines.append(f"ECS task {_last(task['taskArn'])} ({definition}): {ends}{why}")
    return lines


def is_worth_telling(task: Mapping[str, Any]) -> bool:
    """Return whether a task has several containers, or one that did not exit with 0."""
    containers = task["containers"]
    return len(containers) > 1 or any(one.get("exitCode") != 0 for one in containers)


def _end(container: Mapping[str, Any]) -> str:
    code, reason = container.get("exitCode"), container.get("reason")
    end = "has no exit code" if code is None else f"exited with {code}"
    return f"{container['name']} {end}" + (f" ({reason})" if reason else "")


def silence(aws: LocalAws, tasks: Sequence[Mapping[str, Any]], calls: Sequence[Call]) -> str:
    """Return why a DAG's log has no line of its containers.

    Args:
        aws: The local AWS that they ran in.
        tasks: ECS tasks that the DAG started.
        calls: Calls during the run.
    """
    if not tasks:
        refused = [
            call
            for call in calls
            if (call.service, call.action) == ("ecs", "RunTask") and call.error_code
        ]
        if refused:
            return f"no ECS task was started: RunTask was refused ({refused[-1].error_code})"
        return "no ECS task was started: the DAG did not call RunTask"
    streams = [stream for task in tasks for stream in streams_of(aws, task)]
    if not streams:
        names = sorted({_last(task["taskDefinitionArn"]) for task in tasks})
        return (
            f"the containers of {', '.join(names)} do not send their output to CloudWatch "
            "Logs: the task definition has no awslogs log driver"
        )
    return explain(
        {stream: _count(aws, stream) for stream in dict.fromkeys(streams)},
        list(dict.fromkeys(read_streams(calls))),
    )


def explain(written: Mapping[Stream, int], looked: Sequence[Stream]) -> str:
    """Return why no line was found.

    Args:
        written: Number of lines in each log stream of the DAG's containers.
        looked: Log streams that the DAG read.
    """
    full = {stream: count for stream, count in written.items() if count}
    if not full:
        return "the containers printed nothing"
    stands = "; ".join(
        f"{'1 line is' if count == 1 else f'{count} lines are'} in {stream}"
        for stream, count in full.items()
    )
    if not looked:
        return (
            f"{stands}, and the DAG reads none: give its operator awslogs_group and "
            "awslogs_stream_prefix"
        )
    elsewhere = [stream for stream in looked if stream not in full]
    if elsewhere:
        return f"{stands}; the DAG looks in {'; '.join(map(str, elsewhere))}"
    return f"{stands}; the DAG reads them, and does not write them to its log"


def read_streams(calls: Iterable[Call]) -> Iterator[Stream]:
    """Yield the log streams whose events roles read."""
    for call in calls:
        if call.action != "GetLogEvents":
            continue
        for need in call.needs:
            _, found, names = (need.resource or "").partition(_STREAM_ARN)
            group, _, stream = names.partition(":log-stream:")
            if found and stream:
                yield Stream(group, stream)


def streams_of(aws: LocalAws, task: Mapping[str, Any]) -> Iterator[Stream]:
    """Yield the log streams that the containers of an ECS task write to."""
    definition = aws.watcher("ecs").describe_task_definition(
        taskDefinition=task["taskDefinitionArn"]
    )["taskDefinition"]
    for container in definition["containerDefinitions"]:
        log = container.get("logConfiguration") or {}
        options = log.get("options") or {}
        if log.get("logDriver") == "awslogs" and "awslogs-stream-prefix" in options:
            parts = options["awslogs-stream-prefix"], container["name"], _last(task["taskArn"])
            yield Stream(options["awslogs-group"], "/".join(parts))


def _count(aws: LocalAws, stream: Stream) -> int:
    logs = aws.client("logs")
    try:
        answer = logs.get_log_events(
            logGroupName=stream.group,
            logStreamName=stream.name,
            limit=_MOST_EVENTS,
            startFromHead=True,
        )
    except logs.exceptions.ResourceNotFoundException:
        return 0
    return len(answer["events"])


def _last(arn: str) -> str:
    return arn.rpartition("/")[2]

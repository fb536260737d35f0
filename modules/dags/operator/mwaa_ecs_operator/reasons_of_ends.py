"""Why a task that started ended: rows of the table of reasons."""

from __future__ import annotations

from mwaa_ecs_operator.reason_row import Reason

RUNS = (
    Reason(
        "out-of-memory",
        r"OutOfMemory|killed due to memory usage",
        "The container used more memory than it has and was killed.",
        "Give it more memory.",
        "later",
    ),
    Reason(
        "addresses",
        r"(Create|creating) ?Network ?Interface|insufficient ?free ?addresses",
        "A network interface could not be created, most often for lack of free addresses in the"
        " subnet.",
        "Give larger or more subnets.",
        "later",
    ),
    Reason(
        "start-transient",
        r"Timeout waiting for (network interface|EphemeralStorage)|InternalError"
        r"|CannotCreateContainer|failed to (configure|set ?up) .*ENI",
        "AWS could not start the task in time.",
        "Retry.",
        "once",
    ),
    Reason(
        "entry-point",
        r"executable file not found|no such file or directory|CannotStartContainerError",
        "The container's program could not be started.",
        "Correct command or entry_point: each element is one word.",
    ),
)
"""Failures when the container starts, and while it runs."""

ENDS = (
    Reason(
        "spot",
        r"Spot Task was interrupted|^SpotInterruption$",
        "AWS took the Spot capacity back.",
        "Retry. Give FARGATE a base or weight in the capacity provider strategy where it must"
        " not happen.",
        "later",
    ),
    Reason(
        "maintenance",
        r"performing maintenance|scheduled (retirement|maintenance)|^TerminationNotice$",
        "AWS ended the task for maintenance of its host.",
        "Retry.",
        "later",
    ),
    Reason(
        "stopped-by-user",
        r"^UserInitiated$|^Task stopped by user",
        "The task was stopped by a user or a program: StopTask was called.",
        "The reason that was given stands with it. Start the task again if it was not meant.",
        "later",
    ),
    Reason(
        "stopped-by-service",
        r"^ServiceSchedulerInitiated$",
        "The task was stopped by the scheduler of a service.",
        "Start it as a task of its own, outside the service.",
        "later",
    ),
    Reason(
        "killed",
        r"^exit code 137$",
        "The container was killed: it was stopped, or it did not end within stop_timeout of the"
        " stop signal.",
        "Look for who stopped the task. Let the program end at SIGTERM, or raise stop_timeout.",
        "later",
    ),
    Reason(
        "program-exited",
        r"Essential container in task exited|^EssentialContainerExited$",
        "The container's program ended by itself.",
        "Read its exit code and its last lines.",
        "later",
    ),
)
"""How a task that ran ends. Some rows match a stop code or an exit code, not a text."""

"""Programs and signals: how everything here starts, follows and ends what it runs.

`start` writes a program's output into files where the program must survive this process; it
would end with SIGPIPE soon after the reader of a pipe. `watched` is for the opposite: a program
ends with this process, even after a `kill -9`.
"""

from mwaa_ecs.processes.guard import forget, watch, watch_folder, watched
from mwaa_ecs.processes.guard_program import end_processes_in
from mwaa_ecs.processes.identity import Identity
from mwaa_ecs.processes.output import follow, waiting_for, written_since
from mwaa_ecs.processes.programs import (
    CancelledError,
    Programs,
    end_group,
    kill_group,
    run,
    signal_group,
    start,
    wait,
)
from mwaa_ecs.processes.signals import (
    REQUESTS,
    interrupt_on_signals,
    pause,
    restore,
    undisturbed,
    unwind_on_signals,
    wait_for_request,
)

__all__ = [
    "REQUESTS",
    "CancelledError",
    "Identity",
    "Programs",
    "end_group",
    "end_processes_in",
    "follow",
    "forget",
    "interrupt_on_signals",
    "kill_group",
    "pause",
    "restore",
    "run",
    "signal_group",
    "start",
    "undisturbed",
    "unwind_on_signals",
    "wait",
    "wait_for_request",
    "waiting_for",
    "watch",
    "watch_folder",
    "watched",
    "written_since",
]

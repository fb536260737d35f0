"""Programs end when they must, and survive when they must."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mwaa_ecs.processes import (
    CancelledError,
    Identity,
    end_group,
    follow,
    kill_group,
    run,
    start,
    wait,
    waiting_for,
)


def until(holds: Callable[[], bool]) -> None:
    for _ in range(3000):
        if holds():
            return
        time.sleep(0.01)
    raise AssertionError("it does not happen")


def read(path: Path) -> str:
    return path.read_text().strip() if path.exists() else ""


def parent(tmp_path: Path, code: str, **more: Any) -> subprocess.Popen[bytes]:
    """Start a Python that starts programs itself."""
    head = (
        f"import sys; sys.path[:] = {sys.path!r}\n"
        "import subprocess, time\nfrom pathlib import Path\nfrom mwaa_ecs.processes import *\n"
    )
    return subprocess.Popen([sys.executable, "-c", head + code], cwd=tmp_path, **more)


def identity(path: Path) -> Identity:
    until(lambda: bool(read(path)))
    found = Identity.find(int(read(path)))
    assert found is not None
    return found


def test_output_goes_to_a_file_whose_writer_survives_the_death_of_who_started_it(
    tmp_path: Path,
) -> None:
    process = parent(
        tmp_path,
        "start(['sh', '-c', 'until [ -e go ]; do sleep 0.01; done; echo said; echo on'],"
        " stdout=open('out', 'wb'), pid_file=Path('pid'))\ntime.sleep(600)",
    )
    until(lambda: Identity.read(tmp_path / "pid") is not None)
    writer = Identity.read(tmp_path / "pid")
    assert writer is not None
    process.kill()
    process.wait()
    assert writer.is_running
    (tmp_path / "go").touch()
    until(lambda: not writer.is_running)
    assert read(tmp_path / "out") == "said\non"


def test_where_the_process_id_is_taken_the_program_does_not_start(tmp_path: Path) -> None:
    (tmp_path / "pid").touch()
    process = start(
        ["touch", str(tmp_path / "ran")],
        stdout=subprocess.DEVNULL,
        pid_file=tmp_path / "pid",
    )
    assert process.wait(timeout=60) == 125
    assert not (tmp_path / "ran").exists()


def test_lines_are_followed_through_room_that_is_reserved(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_bytes(bytes(200_000))
    with path.open("r+b") as out, path.open("rb") as seen:
        script = "printf 'one\\nt'; until [ -e go ]; do sleep 0.01; done; echo wo; printf three"
        process = start(["sh", "-c", script], cwd=tmp_path, stdout=out)
        lines: list[str] = []
        for batch in follow(seen.fileno(), waiting_for(process)):
            lines += batch
            if lines == ["one"]:
                (tmp_path / "go").touch()
    assert lines == ["one", "two", "three"]


def test_a_program_is_ended_when_its_time_is_over_with_what_it_started(tmp_path: Path) -> None:
    child = tmp_path / "child"
    # On a busy machine the time can be over before the shell writes.
    for seconds in (0.2, 2, 20, 200):
        with pytest.raises(subprocess.TimeoutExpired) as late:
            run(
                ["sh", "-c", "sleep 600 & echo $! > child; wait"], cwd=tmp_path, timeout=seconds
            )
        assert late.value.timeout == seconds
        if read(child):
            break
    # A killed process is still found until the kernel has taken it down.
    until(lambda: Identity.find(int(read(child))) is None)


def test_a_program_that_is_called_off_is_ended(tmp_path: Path) -> None:
    cancelled = threading.Event()
    threading.Timer(0.2, cancelled.set).start()
    with pytest.raises(CancelledError):
        run(["sleep", "600"], cancelled=cancelled)


def wait_for(words: list[str]) -> None:
    process = start(words, stdout=subprocess.DEVNULL)
    try:
        wait(process)
    finally:
        kill_group(process)


@pytest.mark.parametrize("runs", [run, wait_for])
def test_a_ctrl_c_that_another_thread_is_given_ends_a_wait_for_a_program(
    runs: Callable[[list[str]], object], tmp_path: Path
) -> None:
    def interrupt() -> None:
        until((tmp_path / "begun").exists)
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    begun, ended = tmp_path / "begun", tmp_path / "ended"
    with pytest.raises(KeyboardInterrupt):
        runs(["sh", "-c", f"touch {begun}; sleep 20; touch {ended}"])
    assert not ended.exists()


def test_who_heeds_no_request_to_end_is_killed(tmp_path: Path) -> None:
    script = "trap '' TERM; touch ready; while :; do sleep 0.1; done"
    process = start(["sh", "-c", script], cwd=tmp_path, stdout=subprocess.DEVNULL)
    until((tmp_path / "ready").exists)
    end_group(process, seconds=0.2)
    assert process.returncode == -signal.SIGKILL


def test_a_process_is_told_from_another_with_its_id_and_from_a_dead_one(tmp_path: Path) -> None:
    process = start(["sleep", "600"], stdout=subprocess.DEVNULL)
    found = Identity.find(process.pid)
    assert found is not None
    assert found.is_running
    assert not Identity(process.pid, "earlier").is_running
    # Dead, and not yet reaped.
    os.kill(process.pid, signal.SIGKILL)
    until(lambda: not found.is_running)
    kill_group(process)
    process.wait()
    assert Identity.find(process.pid) is None


LOSES_A_REQUEST = """
import io, os, signal
class Answer(io.RawIOBase):
    def close(self):
        os.kill(os.getpid(), signal.{name})
        super().close()
interrupt_on_signals()
Answer()  # is finalised at once
print("lost", flush=True)
pause(0)
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_request_to_end_that_python_loses_ends_the_next_pause(
    tmp_path: Path, name: str
) -> None:
    code = LOSES_A_REQUEST.format(name=name)
    with parent(tmp_path, code, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        out, complaint = process.communicate()
    assert out == b"lost\n"
    assert b"KeyboardInterrupt" in complaint


def test_an_ignored_ctrl_c_stays_ignored(tmp_path: Path) -> None:
    code = (
        "import os, signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "interrupt_on_signals()\nos.kill(os.getpid(), signal.SIGINT)\npause(0)\n"
    )
    with parent(tmp_path, code) as process:
        assert process.wait() == 0

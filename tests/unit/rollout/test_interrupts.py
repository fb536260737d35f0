"""Ctrl-C, a closed terminal and a killed Terraform: what is left, and the last message."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from rollout_team import Team


def end(process: subprocess.Popen[str], number: int) -> str:
    process.send_signal(number)
    said, _ = process.communicate(timeout=300)
    assert "Traceback" not in said
    assert process.returncode == 1, said
    return said


def lock_is_free(team: Team) -> bool:
    left = list((team.folder / "environments").glob(".*.lock.info"))
    return left == [] and team.run("plan", "dev")[0] == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_request_to_end_lets_terraform_write_the_state(
    team: Team, number: signal.Signals
) -> None:
    said = end(team.begin_slow_apply(), number)
    assert "asked Terraform to end after the operations under way" in said
    assert "Terraform ended after what was under way, and the state holds what was made" in said
    assert "terraform_data.word" in team.made
    assert lock_is_free(team)


def test_under_nohup_it_goes_on_when_the_terminal_is_closed(team: Team) -> None:
    (team.folder / "main.tf").write_text(
        (team.folder / "main.tf").read_text().replace("sleep 30", "sleep 3")
    )
    process = team.begin_slow_apply(
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)
    )
    process.send_signal(signal.SIGHUP)
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 0, said
    assert team.made == ["terraform_data.slow", "terraform_data.word"]


def test_a_terminal_that_is_gone_ends_it_as_cleanly(team: Team) -> None:
    process = team.begin_slow_apply()
    # Nobody reads any more; what it says next cannot be written.
    assert process.stdout is not None
    process.stdout.close()
    process.send_signal(signal.SIGHUP)
    assert process.wait(timeout=300) == 1
    assert "terraform_data.word" in team.made
    assert lock_is_free(team)


@pytest.mark.parametrize("command", ["init", "plan"])
def test_ctrl_c_before_anything_is_applied_changes_nothing(team: Team, command: str) -> None:
    team.terraform(
        f'if [ "$1" = {command} ]; then trap "exit 1" INT; touch started; '
        "sleep 30 >/dev/null 2>&1 & wait; fi"
    )
    said = end(team.begin("apply", "dev", "--auto-approve", "--new-state"), signal.SIGINT)
    assert "dev: interrupted; Terraform has ended, and nothing was changed" in said
    assert not (team.folder / "environments/dev.tfstate").exists()
    assert list((team.folder / ".mwaa-ecs/dev").glob("*.tfplan")) == []


def test_an_interrupt_at_the_very_end_is_not_called_a_failure_of_the_plan(team: Team) -> None:
    team.terraform(
        'if [ "$1" = apply ]; then trap "echo" INT; touch started; sleep 2 & wait; wait; fi'
    )
    said = end(team.begin("apply", "dev", "--auto-approve", "--new-state"), signal.SIGINT)
    assert "Terraform had done everything: all of the plan is applied" in said
    assert team.made == ["terraform_data.word"]


# Heeds no request to end but the second; SIGTERM after Ctrl-C is no second one.
STUBBORN = """
if [ "$1" = apply ]; then
  count=0
  trap 'count=$((count + 1)); echo $count >> heard; test $count -gt {most} && exit 1' INT
  touch started
  while :; do sleep 0.1; done
fi
"""


def heard(team: Team, times: int) -> None:
    path = team.folder / "heard"
    for _ in range(3000):
        if path.exists() and len(path.read_text().splitlines()) == times:
            return
        os.sched_yield()
        subprocess.run(["sleep", "0.1"], check=True)
    raise AssertionError("it was not passed on")


def test_only_another_ctrl_c_asks_again(team: Team) -> None:
    team.terraform(STUBBORN.format(most=1))
    process = team.begin("apply", "dev", "--auto-approve", "--new-state")
    process.send_signal(signal.SIGINT)
    heard(team, 1)
    # A CI system that is in a hurry, and a terminal that closes.
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGHUP)
    subprocess.run(["sleep", "1"], check=True)
    heard(team, 1)
    said = end(process, signal.SIGINT)
    assert "asked Terraform to stop at once" in said
    assert "interrupted twice, so Terraform stopped at once" in said


def test_a_third_ctrl_c_kills_it_and_says_what_that_means(team: Team) -> None:
    team.terraform(STUBBORN.format(most=9))
    process = team.begin("apply", "dev", "--auto-approve", "--new-state")
    for times in (1, 2):
        process.send_signal(signal.SIGINT)
        heard(team, times)
    said = end(process, signal.SIGINT)
    assert "Terraform was killed" in said
    assert "its lock may be left" in said


def test_terraform_killed_in_the_middle_loses_no_state(team: Team) -> None:
    process = team.begin_slow_apply()
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    (pid,) = [
        int(pid) for pid in children if "terraform" in Path(f"/proc/{pid}/comm").read_text()
    ]
    os.killpg(pid, signal.SIGKILL)
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 1, said
    assert "Traceback" not in said
    assert "terraform apply failed: it was ended by signal 9" in said
    assert "terraform_data.word" in team.made
    assert team.run("plan", "dev")[0] == 0


def test_a_state_that_cannot_be_written_after_ctrl_c_is_saved_too(team: Team) -> None:
    dump = '{"type": "x", "state": {"version": 4, "resources": []}}'
    team.terraform(
        """if [ "$1" = apply ]; then trap "cat dump; exit 1" INT; """
        "touch started; sleep 30 & wait; fi"
    )
    (team.folder / "dump").write_text(dump + "\n")
    said = end(team.begin("apply", "dev", "--auto-approve", "--new-state"), signal.SIGINT)
    saved = team.folder / "environments/rescued-0.tfstate"
    assert f"It is in {saved}, and nowhere else" in said
    assert "the state holds what was made" not in said

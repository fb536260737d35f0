"""No state is lost or left behind, and each message has the command to paste."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from mwaa_ecs.sandbox.local_aws import LocalAws
from rollout_team import Team

BLOCK = 'terraform {\n  backend "local" {}\n}\n'
STATE = {"version": 4, "serial": 2, "lineage": "l", "resources": [], "outputs": {}}

# Terraform 1.11 on a full disk: it cuts the state off, and then prints it.
FULL = """
if [ "$1" = apply ]; then
  printf '{{"version": 4, "res' > environments/dev.tfstate
  : > errored.tfstate
  {more}
  echo '{{"type": "diagnostic", "diagnostic": {{"severity": "error", "summary": "Failed to persist state to backend", "detail": "As a fallback, the raw state data is printed above as a JSON object."}}}}'
  exit 1
fi
"""  # noqa: E501
SAID = f"""echo '{{"@message": "Emergency state dump", "state": {json.dumps(STATE)}}}'"""


def commands(said: str) -> list[str]:
    """The command lines in a message, which stand on lines of their own."""
    return re.findall(r"^  ((?:\(cd|cp) .*)$", said, re.M)


def test_a_state_that_cannot_be_written_is_saved_and_put_back(team: Team) -> None:
    team.terraform(FULL.format(more=SAID))
    code, said = team.run("apply", "dev", "--auto-approve", "--new-state")
    assert code == 1
    saved = team.folder / "environments" / "rescued-0.tfstate"
    assert json.loads(saved.read_text()) == STATE
    assert saved.stat().st_mode & 0o077 == 0
    assert f"It is in {saved}, and nowhere else" in said
    assert "printed above" not in said
    (line,) = commands(said)
    subprocess.run(["sh", "-c", line], check=True)
    assert team.state == STATE


def test_where_it_cannot_be_saved_beside_the_state_it_is_saved_elsewhere(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = team.folder / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setenv("TMPDIR", str(elsewhere))
    team.terraform(FULL.format(more=f"rm -r environments; {SAID}"))
    code, said = team.run("apply", "dev", "--auto-approve", "--new-state")
    assert code == 1
    assert json.loads((elsewhere / "rescued-0.tfstate").read_text()) == STATE
    assert f"It is in {elsewhere / 'rescued-0.tfstate'}" in said


def test_where_no_file_can_be_written_the_state_is_said(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TMPDIR", "HOME"):
        monkeypatch.setenv(name, "/dev/null/nowhere")
    team.terraform(FULL.format(more=f"rm -r environments; {SAID}"))
    _, said = team.run("apply", "dev", "--auto-approve", "--new-state")
    text = said[said.index("\n{\n") : said.index("\n}\n") + 2]
    assert json.loads(text) == STATE


def test_the_state_that_terraform_wrote_elsewhere_is_named_and_not_passed_over(
    team: Team,
) -> None:
    team.terraform(FULL.format(more=f"echo '{json.dumps(STATE)}' > errored.tfstate"))
    _, said = team.run("apply", "dev", "--auto-approve", "--new-state")
    assert f"It is in {team.folder / 'errored.tfstate'}, and nowhere else" in said
    code, said = team.run("apply", "dev", "--auto-approve")
    assert code == 2
    assert "errored.tfstate holds a state that Terraform could not save" in said


def test_a_full_disk_loses_nothing(team: Team) -> None:
    """The disk is a real tmpfs, which only root can mount."""
    disk = team.folder / "environments" / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip("a small disk can be made by root only")
    try:
        # After the word: Terraform makes no more where it cannot write its first state.
        (team.folder / "full.tf").write_text(
            'resource "terraform_data" "fill" {\n'
            "  depends_on = [terraform_data.word]\n"
            '  provisioner "local-exec" { command = "head -c 9m /dev/zero > '
            '${path.module}/environments/disk/filler || true" }\n}\n'
            'resource "terraform_data" "big" {\n  count = 20\n'
            "  depends_on = [terraform_data.fill]\n"
            '  input = join("", [for i in range(400) : "0123456789"])\n}\n'
        )
        team.yaml("dev", "backend: {path: disk/dev.tfstate}\ninputs: {word: hello}\n")
        code, said = team.run("apply", "dev", "--auto-approve", "--new-state")
        assert code == 1
        found = re.search(r"It is in (\S+), and nowhere else", said)
        assert found is not None, said
        names = {item["name"] for item in json.loads(Path(found[1]).read_text())["resources"]}
        assert names >= {"fill", "big", "word"}
        code, again = team.run("plan", "dev")
        assert code in (1, 2)
        assert "somebody else" not in again
        Path(disk / "filler").unlink()
        (line,) = commands(said)
        subprocess.run(["sh", "-c", line], check=True)
        Path(team.folder / "errored.tfstate").unlink(missing_ok=True)
        assert team.run("drift", "dev")[0] == 0
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_state_that_is_cut_is_not_called_locked(team: Team) -> None:
    (team.folder / "environments/dev.tfstate").write_text('{"version": 4, "seri')
    code, said = team.run("plan", "dev")
    assert code == 1
    assert "dev.tfstate is damaged" in said
    assert "somebody else" not in said


def test_a_state_that_is_locked_is_named_with_what_to_do(team: Team) -> None:
    process = team.begin_slow_apply()
    try:
        code, said = team.run("plan", "dev")
    finally:
        process.terminate()
        process.communicate(timeout=300)
    assert code == 1
    assert "dev: somebody else is working on this state. Wait until they are done" in said
    # The lock on a file cannot be freed so.
    assert "force-unlock" not in said


def test_with_a_lock_timeout_the_second_waits(team: Team) -> None:
    main = team.folder / "main.tf"
    main.write_text(main.read_text().replace("sleep 30", "sleep 4"))
    process = team.begin_slow_apply()
    code, said = team.run("plan", "dev", "--lock-timeout", "2m")
    process.communicate(timeout=300)
    assert (code, "Nothing changes." in said) == (0, True), said
    code, said = team.run("plan", "dev", "--lock-timeout", "soon")
    assert (code, "'soon' is not a time" in said) == (2, True)


def test_a_lock_in_s3_is_freed_by_the_command_that_is_said(
    in_s3: Team, bucket: LocalAws
) -> None:
    s3 = bucket.client("s3")
    lock = {
        "ID": "7a0b1c2d-0000-4000-8000-000000000000",
        "Who": "me@there",
        "Path": "states/dev",
    }
    s3.put_object(Bucket="states", Key="dev.tflock", Body=json.dumps(lock))
    code, said = in_s3.run("plan", "dev")
    assert code == 1
    assert "somebody else is working on this state" in said
    assert "me@there" in said
    (line,) = commands(said)
    subprocess.run(["sh", "-c", line], input="yes\n", text=True, check=True)
    assert in_s3.run("plan", "dev")[0] == 0


def test_a_state_that_could_not_be_pushed_to_s3_is_pushed_by_the_command_that_is_said(
    in_s3: Team, bucket: LocalAws
) -> None:
    assert in_s3.run("apply", "dev", "--auto-approve", "--new-state")[0] == 0
    s3 = bucket.client("s3")
    before = json.loads(s3.get_object(Bucket="states", Key="dev")["Body"].read())
    after = {**before, "serial": before["serial"] + 1, "outputs": {}}
    dump = json.dumps({"type": "x", "state": after})
    in_s3.yaml("dev", "backend: {type: s3, bucket: states, key: dev}\ninputs: {word: other}\n")
    in_s3.terraform(f"if [ \"$1\" = apply ]; then echo '{dump}'; exit 1; fi")
    _, said = in_s3.run("apply", "dev", "--auto-approve")
    (line,) = commands(said)
    subprocess.run(["sh", "-c", line], check=True)
    found = json.loads(s3.get_object(Bucket="states", Key="dev")["Body"].read())
    assert found["outputs"] == {}
    s3.delete_object(Bucket="states", Key="dev")


def test_a_state_that_moves_is_moved_by_the_command_that_is_said(team: Team) -> None:
    (team.folder / "backend.tf").write_text(BLOCK)
    assert team.run("apply", "dev", "--auto-approve", "--new-state")[0] == 0
    team.yaml("dev", "backend: {path: other.tfstate}\ninputs: {word: hello}\n")
    code, said = team.run("plan", "dev")
    assert code == 1
    assert "the YAML names another state than last time" in said
    (line,) = commands(said)
    subprocess.run(["sh", "-c", line], input="yes\n", text=True, check=True)
    code, said = team.run("plan", "dev")
    assert (code, "Nothing changes." in said) == (0, True), said


def test_without_a_backend_block_a_state_that_moves_is_not_left_behind(team: Team) -> None:
    assert team.run("apply", "dev", "--auto-approve", "--new-state")[0] == 0
    team.yaml("dev", "backend: {path: other.tfstate}\ninputs: {word: hello}\n")
    for command in ("plan", "apply", "drift", "destroy", "output"):
        code, said = team.run(command, "dev")
        assert code == 2
        assert "so that all would be made a second time; move it: mv" in said
    old, new = re.findall(r"move it: mv (\S+) (\S+);", said)[0]
    Path(old).rename(new)
    code, said = team.run("plan", "dev")
    assert (code, "Nothing changes." in said) == (0, True)


def test_an_environment_that_is_renamed_keeps_its_state(team: Team) -> None:
    assert team.run("apply", "dev", "--auto-approve", "--new-state")[0] == 0
    (team.folder / "environments/dev.yaml").rename("environments/development.yaml")
    code, said = team.run("plan", "development")
    assert code == 2
    assert "development: nothing is rolled out yet, but" in said
    setting = re.findall(r"`(backend: .*?)`", said)[0]
    team.yaml("development", f"{setting}\ninputs: {{word: hello}}\n")
    code, said = team.run("plan", "development")
    assert (code, "Nothing changes." in said) == (0, True)


def test_an_environment_that_was_destroyed_is_not_missed(team: Team) -> None:
    assert team.run("apply", "dev", "--auto-approve", "--new-state")[0] == 0
    assert team.run("destroy", "dev", "--auto-approve")[0] == 0
    (team.folder / "environments/dev.yaml").unlink()
    team.yaml("prod", "inputs: {word: world}\n")
    assert team.run("plan", "prod")[0] == 0


def test_a_second_environment_is_no_renamed_first(team: Team) -> None:
    assert team.run("apply", "dev", "--auto-approve", "--new-state")[0] == 0
    team.yaml("prod", "inputs: {word: world}\n")
    assert team.run("plan", "prod")[0] == 0


def test_a_state_goes_from_a_file_to_s3_as_the_page_says(
    team: Team, bucket: LocalAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert team.run("apply", "dev", "--auto-approve", "--new-state")[0] == 0
    for name, value in bucket.environment().items():
        if "REGION" not in name:
            monkeypatch.setenv(name, value)
    (team.folder / "backend.tf").write_text('terraform {\n  backend "s3" {}\n}\n')
    team.yaml("dev", "backend: {type: s3, bucket: states, key: moved}\ninputs: {word: hello}\n")
    code, said = team.run("plan", "dev")
    assert (code, "terraform state push it as docs/environments.md says" in said) == (2, True)
    page = (Path(__file__).parents[3] / "docs/environments.md").read_text()
    (block,) = re.findall(r"```console\n(\$ mv .*?)```", page, re.S)
    for line in re.findall(r"^\$ (.*?)(?: *#.*)?$", block, re.M):
        if line.startswith("mwaa-ecs"):
            code, said = team.run(*line.split()[1:])
            assert code == 0, said
        else:
            subprocess.run(["sh", "-c", f"AWS_REGION=eu-west-1 {line}"], check=True)
    assert "Nothing changes." in said


def test_where_the_disk_is_full_when_terraform_says_a_state_there_is_room_for_it(
    team: Team,
) -> None:
    # Its output is a file too: room for a state is there before anything is made.
    team.terraform(
        'if [ "$1" = apply ]; then ls -s .mwaa-ecs/dev/runs/*/apply.output > size; fi'
    )
    assert team.run("apply", "dev", "--auto-approve", "--new-state")[0] == 0
    kibibytes = int((team.folder / "size").read_text().split()[0])
    assert kibibytes >= 32 * 1024

"""How a picture is written: a tree, Mermaid, and the command."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mwaa_ecs.cli import app
from mwaa_ecs.show import Picture, mermaid, page, tree
from mwaa_ecs.show.layout import HEIGHT, WIDTH, place
from mwaa_ecs.show.model import Draft
from unit.doctor import healthy


def test_a_tree_has_dags_and_needs_under_each_task_and_what_is_shared_once(
    picture: Picture,
) -> None:
    lines = list(tree(picture))
    etl = lines.index("parameter /mwaa/tasks/etl")
    assert lines[etl + 1 : etl + 5] == [
        "├─ DAG dags/daily.py",
        "├─ task definition jobs-etl",
        "│  ├─ role jobs-etl (is the program's)",
        "│  │  └─ policy jobs",
    ]
    assert "│  ├─ role jobs-execution (starts the task), see above" in lines
    assert lines[-1].startswith("note: dags/broken.py is not read")


def test_a_name_cannot_leave_its_box_in_mermaid() -> None:
    draft = Draft("x")
    role = draft.add("role", 'a"] --> b\n<b>|`#quot;')
    draft.link(role, draft.add("policy", "p"), 'x"| evil')
    lines = mermaid(draft.done()).splitlines()
    assert lines[0] == "flowchart LR"
    boxes, edges = lines[1:3], lines[3:]
    assert all(re.fullmatch(r'  n\d\["[^"<>]*<br>[^"<>\[\]|`]*"\]', one) for one in boxes)
    assert [re.fullmatch(r'  n0 -->\|"[^"|]*"\| n1', one) is not None for one in edges] == [
        True
    ]


def test_no_box_lies_on_another_and_the_page_is_the_same_each_time(picture: Picture) -> None:
    layout = place(picture)
    corners = [(one.x, one.y) for one in layout.boxes.values()]
    for number, (x, y) in enumerate(corners):
        assert 0 <= x <= layout.width - WIDTH
        assert 0 <= y <= layout.height - HEIGHT
        for other_x, other_y in corners[number + 1 :]:
            assert abs(x - other_x) >= WIDTH or abs(y - other_y) >= HEIGHT
    turned = Picture(picture.origin, picture.nodes, picture.edges[::-1], picture.notes)
    assert place(turned) == layout
    assert page(picture) == page(picture)


@pytest.fixture
def sandbox(world: healthy.World, monkeypatch: pytest.MonkeyPatch) -> None:
    # The variables that `sandbox up` prints.
    for name, value in world.aws.environment().items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("sandbox")
def test_the_command_writes_plain_lines_into_a_pipe_and_json_when_asked() -> None:
    plain = CliRunner().invoke(app, ["show"])
    assert plain.exit_code == 0
    assert "\x1b" not in plain.stdout
    assert f"│  ├─ image {healthy.ECR}:1 (etl)" in plain.stdout.splitlines()
    found = json.loads(CliRunner().invoke(app, ["show", "--json"]).stdout)
    assert {"origin", "nodes", "edges", "notes"} == set(found)
    html = CliRunner().invoke(app, ["show", "--format", "html"]).stdout
    assert html.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--from", "plan"], "--from plan needs ENV"),
        (["--from", "there.json"], "'there.json' cannot be read"),
        (["--from", "state", "--region", "x"], "--region is for --from account"),
        (["--from", "binary"], "terraform show -json PLAN > FILE"),
        (["--from", "raw.tfstate"], "is not the JSON of a plan or a state"),
        (["dev", "--from", "raw.tfstate"], "is a file; leave out 'dev'"),
        (["--ssm-prefix", "/none"], "no task is below /none/tasks"),
    ],
)
@pytest.mark.usefixtures("sandbox")
def test_a_wrong_option_ends_with_2_and_says_what_to_do(
    words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("binary").write_bytes(b"PK\x03\x04\xff")
    Path("raw.tfstate").write_text('{"version": 4, "lineage": "x"}')
    done = CliRunner().invoke(app, ["show", *words])
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())

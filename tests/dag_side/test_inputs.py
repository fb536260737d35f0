"""One DAG with arguments as people write them, in real Airflow."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dag_side.world import TaskOfWorld, World, world
from mwaa_ecs.sandbox.airflow import DEFAULT_VERSION
from mwaa_ecs.sandbox.airflow.log import failure_reasons

pytestmark = pytest.mark.airflow

DAG_FILE = Path(__file__).parent / "dags" / "inputs.py"
ETL = "registry.example.com:5000/team/etl:1.4"
DIGEST = "etl@sha256:" + "0" * 64
LAST = object()
VERSIONS = (
    DEFAULT_VERSION,
    *(
        pytest.param(other, marks=pytest.mark.versions)
        for other in ("2.10.3", "2.11.2", "3.3.1")
    ),
)


@dataclass(frozen=True)
class Seen:
    """What is left of a run: states and results by task, reasons of failures, AWS's tasks."""

    states: dict[str, list[str]]
    results: dict[str, list[Any]]
    reasons: dict[str, str]
    runs: list[dict[str, Any]]
    log: str
    database: bytes

    def result(self, task: str) -> Any:
        (found,) = self.results[task]
        return found


def build(at: World) -> None:
    at.add("nightly", TaskOfWorld("etl:1.4"))
    at.add("team", TaskOfWorld(ETL))
    at.add("plain", TaskOfWorld("plain"))
    at.add("digest", TaskOfWorld(DIGEST))
    at.add("aliased", TaskOfWorld("org/app:1", aliases=("org/app:*",)))
    at.add("secretive", TaskOfWorld("secretive", entry={"secrets": ["TOKEN"]}))
    at.add("twice", TaskOfWorld("twice"))
    source = {"workingDirectory": "/src"}
    at.add(
        "twice-src", TaskOfWorld("twice", container=source, entry={"working_directory": "/src"})
    )
    at.add("mounted", TaskOfWorld("mounted", entry={"mounts": ["/data", "/more"]}))
    at.add("entered", TaskOfWorld("entered", entry={"entry_point": ["sh", "-x"]}))
    at.write_index()


@pytest.fixture(scope="module", params=VERSIONS)
def seen(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Seen]:
    home = tmp_path_factory.mktemp("inputs")
    images = (
        "etl:1.4",
        ETL,
        "plain",
        DIGEST,
        "org/app:1",
        "secretive",
        "twice",
        "mounted",
        "entered",
    )
    with world(*images) as at:
        build(at)
        done = at.run(DAG_FILE, "inputs", request.param, home)
        ecs = at.aws.client("ecs")
        arns = ecs.list_tasks(cluster="story", desiredStatus="STOPPED")["taskArns"]
        runs = [
            task
            for start in range(0, len(arns), 100)
            for task in ecs.describe_tasks(cluster="story", tasks=arns[start : start + 100])[
                "tasks"
            ]
        ]
        states, results = _database(home / "home" / "airflow.db")
        log = done.log.read_text()
        database = b"".join(file.read_bytes() for file in (home / "home").glob("airflow.db*"))
        yield Seen(states, results, _reasons(log), runs, log, database)


def _reasons(log: str) -> dict[str, str]:
    """The exceptions of each task, which `dags test` runs one after the other."""
    parts = re.split(r"\[DAG TEST\] starting task_id=(\S+)", log)
    return {
        task: " ".join(failure_reasons(text))
        for task, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def _database(path: Path) -> tuple[dict[str, list[str]], dict[str, list[Any]]]:
    states: dict[str, list[str]] = {}
    results: dict[str, list[Any]] = {}
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        for task, state in db.execute(
            "SELECT task_id, state FROM task_instance ORDER BY map_index"
        ):
            states.setdefault(task, []).append(state)
        query = "SELECT task_id, value FROM xcom WHERE key = 'return_value' ORDER BY map_index"
        for task, value in db.execute(query):
            results.setdefault(task, []).append(_decoded(value))
    return states, results


def _decoded(value: Any) -> Any:
    """A result as Airflow keeps it: JSON, and in Airflow 3 often JSON of JSON."""
    found = json.loads(value) if isinstance(value, str | bytes) else value
    try:
        return json.loads(found) if isinstance(found, str) else found
    except ValueError:
        return found


@pytest.mark.parametrize(
    ("task", "lines"),
    [
        ("c_text", ["<--date>", LAST, "<two words>"]),
        ("c_list", [LAST, "<x y>"]),
        ("c_literal", ["<a b>", "<c>"]),
        ("c_shell", ["one", "two"]),
        ("c_none", ["default command"]),
        ("c_empty", ["default command"]),
        ("c_xcom", ["<a>", "<b>", "<end>"]),
        ("c_file", [LAST, "<from-a-file>"]),
        ("e_xcom", ["STAGE=prod", "COUNT=3"]),
        ("e_dict", ["A=unset", "B=True", LAST]),
        ("e_list", ["A=1", "B=x=y"]),
        ("e_file", ["A=from the file", "B=from environment"]),
        (
            "e_airflow",
            ["AIRFLOW_CTX_DAG_ID=inputs", "AIRFLOW_CTX_TRY_NUMBER=1"],
        ),
        ("p_known", ["A=unset"]),
        ("p_override", ["<done>"]),
        ("p_mapped", ["<a>"]),
        ("i_tag_of_template", ["<x>"]),
        ("i_hub", ["<x>"]),
        ("i_untagged", ["<x>"]),
        ("i_digest", ["<x>"]),
        ("i_port", ["<x>"]),
        ("i_alias", ["<x>"]),
        ("i_by_directory", ["<x>"]),
        ("s_memory", ["<x>"]),
        ("s_both", ["<x>"]),
        ("m_known", ["<x>"]),
        ("m_text", ["<x>"]),
        *((f"a_remove_{number}", ["<x>"]) for number in range(5)),
        ("d_equal", ["<x>"]),
        ("d_registered", ["<x>"]),
        ("x_all", ["one", "two"]),
        ("x_none", []),
        ("x_long", [LAST, LAST, "end"]),
        ("subclass", "wrapped ['<x>']"),
        ("def_success", ["<x>"]),
        ("def_silent", []),
    ],
)  # fmt: skip
def test_a_container_ran_with_what_was_asked(task: str, lines: Any, seen: Seen) -> None:
    assert seen.states[task] == ["success"], seen.reasons.get(task)
    found = seen.result(task)
    if isinstance(lines, list) and LAST in lines:
        assert len(found) == len(lines)
        found = [
            LAST if want is LAST else line for want, line in zip(lines, found, strict=True)
        ]
    assert found == lines


def test_results(seen: Seen) -> None:
    assert seen.result("x_last") == "two"
    assert "x_off" not in seen.results
    assert seen.result("x_bytes")[-1].endswith(" end")
    assert seen.result("outputs") == {"double": 42, "text": "x"}
    assert seen.result("takes_a_result") == 43


def test_mapping_over_each_argument(seen: Seen) -> None:
    assert seen.results["map_command"] == [["<a>"], ["<b>"]]
    assert seen.results["map_environment"] == [["A=1"], ["A=2"]]
    assert seen.results["map_kwargs"] == [["<a>"], ["<b>"]]
    assert seen.results["map_image"] == [["<x>"], ["<x>"]]


@pytest.mark.parametrize(
    ("task", "parts"),
    [
        ("p_unknown", ["private_environment has TOKEN", "'team'", "override"]),
        ("i_unknown", ["nobody/knows:1", "docker.io/library/plain:latest"]),
        ("i_disagree", ["task = 'nightly'", "'plain'"]),
        ("m_unknown", ["/data", "mount_points"]),
        ("d_other", ["entrypoint = ['python']", "entry_point", "register=True"]),
        ("o_too_long", ["8192", "LARGE"]),
        ("too_large", ["8192", "MWAA_ECS_CALL"]),
    ],
)
def test_what_cannot_run_is_refused_at_run_time_without_a_retry(
    task: str, parts: list[str], seen: Seen
) -> None:
    text = seen.reasons[task]
    assert "AirflowFailException" in text
    assert [part for part in parts if part not in text] == [], text


@pytest.mark.parametrize(
    ("task", "state"),
    [("k_skip", "skipped"), ("k_skip_list", "skipped"), ("k_not_listed", "failed"),
     ("k_three", "failed"), ("def_fails", "failed")],
)  # fmt: skip
def test_exit_codes_decide(task: str, state: str, seen: Seen) -> None:
    assert seen.states[task] == [state]
    if state == "failed":
        assert "Its last 1 lines: about to exit" in seen.reasons[task]


def test_a_size_is_the_next_pair_up(seen: Seen) -> None:
    sizes: dict[str, set[tuple[str, str]]] = {}
    for task in seen.runs:
        family = task["taskDefinitionArn"].rpartition("/")[2].partition(":")[0]
        sizes.setdefault(family, set()).add((task["cpu"], task["memory"]))
    assert sizes["etl-team"] == {
        ("256", "512"), ("512", "3072"), ("2048", "4096"), ("16384", "65536"),
    }  # fmt: skip


def test_a_registered_definition_has_a_family_of_its_own(seen: Seen) -> None:
    families = {task["taskDefinitionArn"].rpartition("/")[2] for task in seen.runs}
    (derived,) = [name for name in families if name.startswith("etl-team--")]
    assert derived.endswith(":1")


def test_a_secret_is_in_no_log_line_and_in_nothing_that_airflow_stores(seen: Seen) -> None:
    # With Airflow 3.0 `dags test` itself prints what it is asked to mask; a worker does not.
    lines = [line for line in seen.log.splitlines() if "MaskSecret(" not in line]
    assert [line for line in lines if "hush-" in line] == []
    # Rendered fields, results, links, the DAG as Airflow keeps it.
    assert b"p_override" in seen.database
    assert b"hush-" not in seen.database


def test_a_secret_of_the_definition_is_in_no_override(seen: Seen) -> None:
    overrides = json.dumps([task["overrides"] for task in seen.runs])
    assert sorted(set(re.findall(r"hush-\w+", overrides))) == [
        "hush-fails",
        "hush-mapped",
        "hush-override",
    ]

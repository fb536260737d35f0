"""The example's DAGs and tasks are what migrate makes of its folder with its answers."""

from __future__ import annotations

from pathlib import Path

from unit.migrate.test_outputs import run

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "from-docker-operator"


def test_the_example_is_what_migrate_writes(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(EXAMPLE / "dags-on-docker", "--answers", EXAMPLE / "answers.yaml", "--out", out)
    for name in ("tasks.tf", "answers.yaml"):
        assert (out / name).read_text() == (EXAMPLE / name).read_text()
    written = {
        path.relative_to(out / "dags"): path.read_bytes()
        for path in (out / "dags").rglob("*.py")
        if "mwaa_ecs_operator" not in path.parts
    }
    committed = {
        path.relative_to(EXAMPLE / "dags"): path.read_bytes()
        for path in (EXAMPLE / "dags").rglob("*.py")
    }
    assert written == committed

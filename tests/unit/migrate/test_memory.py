"""A folder of any size takes the same memory: trees go, and what is kept is bounded."""

from __future__ import annotations

import gc
import os
from collections import Counter
from pathlib import Path

import pytest

import mwaa_ecs.migrate.analysis as analysis
import mwaa_ecs.migrate.folding.call_sites as call_sites
import mwaa_ecs.migrate.folding.values as values
from mwaa_ecs.migrate.analysis import Analyst, Work
from mwaa_ecs.migrate.reading.project import Module
from unit.migrate.inputs import HEAD
from unit.migrate.test_inputs import write

HELPER = """
from airflow.providers.docker.operators.docker import DockerOperator

def load(name, image="org/load:1", check=None, **more):
    return DockerOperator(task_id=name, image=image, **more)
"""
CALLER = (
    HEAD
    + """
from helper import load

def check():
    return DockerOperator

load("load_{number}", check=check, command=["{number}"])
"""
)


def analysed(folder: Path, files: int) -> tuple[Analyst, list[str]]:
    """Analyse a helper and the files that call it; return the verdict of its call."""
    names = [f"dag_{number}.py" for number in range(files)]
    write(
        folder,
        {
            "helper.py": HELPER,
            **{name: CALLER.format(number=n) for n, name in enumerate(names)},
        },
    )
    every = ("helper.py", *names)
    work = Work(folder, every, {"helper.py": names}, {}, None, None)
    analyst = Analyst(work)
    results = [analyst.analyse(file) for file in every]
    (call,) = results[0].calls
    return analyst, [call.verdict, *call.images]


def test_the_trees_of_files_do_not_stay(tmp_path: Path) -> None:
    kept = []
    for files in (100, 200):
        analyst, _ = analysed(tmp_path / str(files), files)
        gc.collect()
        kept.append(sum(isinstance(each, Module) for each in gc.get_objects()))
        del analyst
        gc.collect()
    assert kept[0] == kept[1]


def test_a_helper_with_more_calls_than_can_be_told_apart_is_judged_by_their_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call_sites, "MOST_WORLDS", 20)
    monkeypatch.setattr(values, "MOST_WORLDS", 20)
    _, found = analysed(tmp_path, 60)
    assert found == ["converted", "org/load:1"]


def process_of(_item: int) -> int:
    return os.getpid()


def test_a_process_ends_after_some_files_and_another_takes_its_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(analysis, "_cores", lambda: 2)
    monkeypatch.setattr(analysis, "_OF_A_PROCESS", 16)
    done = Counter(analysis._mapped(process_of, range(100), None, 100))
    assert done.total() == 100
    assert max(done.values()) <= 16
    assert os.getpid() not in done

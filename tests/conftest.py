"""What pytest asks of all tests: options, order, signals. See also shared_fixtures.py."""

from __future__ import annotations

import gc
import signal
from collections.abc import Generator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

# Python's are (700, 10, 10).
_GC_THRESHOLDS = (20_000, 20, 50)

# Their tests take long, and share next to nothing.
_APART = (
    "tests/native/",
    "tests/versions/test_terraform_versions.py",
    "tests/versions/test_python_versions.py",
)
_WAITING = "tests/apply/"


def _file(nodeid: str) -> str:
    return nodeid.partition("::")[0]


class _ByFile(LoadScopeScheduling):  # type: ignore[misc]  # has no types
    """Keeps a file's tests on one worker, for what they share."""

    def _split_scope(self, nodeid: str) -> str:
        file = _file(nodeid)
        return nodeid if file.startswith(_APART) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _ByFile:
    """Share the tests out among the workers."""
    return _ByFile(config, log)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that writes the images of docs/."""
    parser.addoption(
        "--screenshots",
        metavar="FOLDER",
        type=Path,
        help="write the images of docs/local-mwaa.md into this folder",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Restore the default signal handlers, here and in all programs that tests start.

    Under nohup or in the background of a script they are ignored, and so is Ctrl-C.

    The process that shares the tests out runs none, and does without the fixtures: they import
    moto for 3 s before the workers start.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    if not config.getoption("numprocesses", None) or hasattr(config, "workerinput"):
        config.pluginmanager.import_plugin("shared_fixtures")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let files whose tests wait for the provider take turns with others.

    All at once they leave a third of two cores idle for a minute and a half.
    """
    files: dict[str, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(_file(item.nodeid), []).append(item)
    waiting = [name for name in files if name.startswith(_WAITING)]
    others = [name for name in files if name not in waiting]
    turns = (name for turn in zip_longest(waiting, others) for name in turn if name)
    items[:] = [item for name in turns for item in files[name]]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Let Python's garbage collection leave out what is there before the first test.

    It goes through all modules, boto3's and moto's included, again and again otherwise: 16 % of
    the processor time of tests that call the local AWS, and a quarter of the collection's.
    """
    gc.disable()
    found = yield
    gc.freeze()
    gc.set_threshold(*_GC_THRESHOLDS)
    gc.enable()
    return found

"""Messages for a user without Terraform, or with one that is too old."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mwaa_ecs.errors import UserError
from mwaa_ecs.terraform import (
    MINIMUM_VERSION,
    PROGRAM_VARIABLE,
    describe_terraform,
    find_terraform,
)


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    find_terraform.cache_clear()
    yield
    find_terraform.cache_clear()


def _program(folder: Path, script: str) -> None:
    program = folder / "terraform"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def test_no_terraform_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        UserError, match=r"no program named 'terraform' on PATH; version 1\.9\.0 or newer"
    ):
        find_terraform()


@pytest.mark.parametrize(
    ("version", "accepted"),
    [("1.8.5", False), ("1.9.0", True), ("1.15.5", True), ("2.0.0", True)],
)
def test_a_version_too_old_is_refused_by_its_number(
    version: str, accepted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _program(tmp_path, f'echo \'{{"terraform_version": "{version}"}}\'')
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    if accepted:
        assert find_terraform() == tmp_path / "terraform"
    else:
        with pytest.raises(
            UserError, match=rf"is version {version}; 1\.9\.0 or newer is required"
        ):
            find_terraform()


def test_a_program_that_is_not_terraform(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _program(tmp_path, "echo hello")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(UserError, match="does not answer `version -json`"):
        find_terraform()


def test_the_wrapper_of_setup_terraform_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _program(tmp_path, "echo '[command]terraform-bin version -json'; echo '{}'")
    (tmp_path / "terraform-bin").touch()
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(UserError, match=r"setup-terraform.*; set terraform_wrapper: false"):
        find_terraform()


def test_python_and_hcl_ask_for_the_same_version(repository: Path) -> None:
    text = (repository / "versions.tf").read_text()
    found = re.search(r'required_version = ">= ([\d.]+)"', text)
    assert found is not None
    assert tuple(map(int, found[1].split("."))) == MINIMUM_VERSION[: found[1].count(".") + 1]


def test_the_named_program_is_used_and_told_with_what_is_tested(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "mine"
    mine.write_text(
        """#!/bin/sh
case "$*" in
  *json*) echo '{"terraform_version": "1.12.3"}' ;;
  *) echo 'Terraform v1.12.3' ;;
esac
"""
    )
    mine.chmod(0o755)
    monkeypatch.setenv(PROGRAM_VARIABLE, str(mine))
    assert find_terraform() == mine
    said = describe_terraform()
    assert said.startswith(f"Terraform v1.12.3: {mine} (tested with Terraform 1.9.8, ")


def test_opentofu_is_used_where_it_alone_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tofu = tmp_path / "tofu"
    tofu.write_text('#!/bin/sh\necho \'{"terraform_version": "1.10.1"}\'\n')
    tofu.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(PROGRAM_VARIABLE, raising=False)
    assert find_terraform() == tofu
    terraform = tmp_path / "terraform"
    tofu.rename(terraform)
    find_terraform.cache_clear()
    assert find_terraform() == terraform

"""A DAG finds its MWAA environment's startup script, plugins and packages."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from mwaa_ecs.errors import OperationError, UserError
from mwaa_ecs.sandbox.account import Account
from mwaa_ecs.sandbox.airflow import DEFAULT_VERSION, find_version, prepare, run_dag
from mwaa_ecs.sandbox.airflow_setup import set_up_airflow
from mwaa_ecs.sandbox.dag_sync import download_dags
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.sandbox.mwaa_environment import BucketFile, MwaaEnvironment

pytestmark = pytest.mark.airflow

WHEEL = "story_greeting-1.2-py3-none-any.whl"
DAG = """
import os
from datetime import datetime

import story_greeting
from airflow.decorators import dag, task


@dag(schedule=None, start_date=datetime(2026, 1, 1))
def story():
    @task
    def tell():
        from airflow.configuration import conf
        from story_plugin import WORD

        told = os.environ["STORY"], os.environ["COMPONENT"]
        print("TOLD", story_greeting.VERSION, WORD, *told)
        print("TOLD", conf.get("core", "default_task_retries"))
        home = os.environ["AIRFLOW_HOME"]
        for place in (f"{home}/dags/story.py", f"{home}/plugins", os.environ["PLACE"]):
            print("EXISTS", os.path.exists(place))

    tell()


story()
"""
STARTUP = """#!/bin/sh
sudo yum -y install libaio
export STORY="from the script" COMPONENT=$MWAA_AIRFLOW_COMPONENT
export PLACE=/usr/local/airflow/plugins/story_plugin.py
export AIRFLOW__CORE__DEFAULT_TASK_RETRIES=7
exit 0
"""


def wheel() -> bytes:
    """Return a minimal package of one module."""
    info = "story_greeting-1.2.dist-info"
    files = {
        "story_greeting.py": 'VERSION = "1.2"\n',
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: story-greeting\nVersion: 1.2\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{name},,\n" for name in (*files, f"{info}/RECORD"))
    return zipped(files)


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


@pytest.fixture(scope="module")
def mwaa(local_aws: LocalAws, account: Account) -> MwaaEnvironment:
    """Return an environment with every kind of file in its bucket."""
    s3 = local_aws.client("s3")
    plugin = 'WORD = "plugged in"\n'
    versions = {
        key: s3.put_object(Bucket=account.dags_bucket_name, Key=key, Body=body)["VersionId"]
        for key, body in {
            "dags/story.py": DAG.encode(),
            "startup.sh": STARTUP.encode(),
            "plugins.zip": zipped({"story_plugin.py": plugin, WHEEL: wheel()}),
            "requirements.txt": b"--find-links /usr/local/airflow/plugins\n--no-index\n"
            b"story-greeting==1.2  # ours\n",
        }.items()
    }
    # The environment names an older version of the script, so it does not run this one.
    s3.put_object(Bucket=account.dags_bucket_name, Key="startup.sh", Body=b"exit 1\n")
    return MwaaEnvironment(
        name="story",
        airflow_version=DEFAULT_VERSION,
        bucket=account.dags_bucket_name,
        dag_folder="dags",
        role_arn=account.mwaa_execution_role_arn,
        settings={"AIRFLOW__CORE__DEFAULT_TASK_RETRIES": "2"},
        requirements=BucketFile("requirements.txt", versions["requirements.txt"]),
        plugins=BucketFile("plugins.zip", versions["plugins.zip"]),
        startup_script=BucketFile("startup.sh", versions["startup.sh"]),
    )


def test_a_dag_finds_packages_plugins_and_the_startup_scripts_variables(
    local_aws: LocalAws, mwaa: MwaaEnvironment, tmp_path: Path
) -> None:
    environment = prepare(find_version(DEFAULT_VERSION))
    download_dags(local_aws, mwaa, tmp_path / "dags")
    settings, told = set_up_airflow(local_aws, mwaa, environment, tmp_path, startup_script=True)
    assert told == (
        "1 configuration options, a startup script with 3 variables (sudo yum -y install "
        "libaio: not run in the sandbox), plugins, 1 requirements, as AmazonMWAA-demo"
    )
    done = run_dag(
        environment,
        "story",
        dags=tmp_path / "dags",
        home=tmp_path / "airflow",
        environ={**settings, **local_aws.role_environment(mwaa.role_arn, "Airflow")},
    )
    log = done.log.read_text()
    assert done.state == "success", log
    assert "TOLD 1.2 plugged in from the script worker" in log
    # The environment's own option comes before the script's.
    assert "TOLD 2" in log
    assert (log.count("EXISTS True"), log.count("EXISTS False")) == (3, 0)


def test_without_the_startup_script_the_rest_is_set_up(
    local_aws: LocalAws, mwaa: MwaaEnvironment, tmp_path: Path
) -> None:
    environment = prepare(find_version(DEFAULT_VERSION))
    settings, told = set_up_airflow(
        local_aws, mwaa, environment, tmp_path, startup_script=False
    )
    assert "a startup script, which is not run" in told
    assert "STORY" not in settings
    assert not (tmp_path / "startup").exists()
    installed = Path(settings["PYTHONPATH"]) / "story_greeting.py"
    assert installed.exists()


def test_a_package_that_cannot_be_installed_is_reported_with_the_installers_message(
    local_aws: LocalAws, mwaa: MwaaEnvironment, tmp_path: Path
) -> None:
    text = b"--no-index\nno-such-package-of-ours==1\n"
    with pytest.raises(OperationError, match="no-such-package-of-ours"):
        _set_up_alone("requirements", text, local_aws, mwaa, tmp_path)


def test_plugins_that_are_not_a_zip_file_are_refused(
    local_aws: LocalAws, mwaa: MwaaEnvironment, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match=r"plugins: 'other' in the bucket .* is not a zip file"):
        _set_up_alone("plugins", b"text", local_aws, mwaa, tmp_path)


def test_a_startup_script_that_fails_ends_the_run(
    local_aws: LocalAws, mwaa: MwaaEnvironment, tmp_path: Path
) -> None:
    script = b"echo no licence\nexit 1\n"
    with pytest.raises(OperationError, match="startup script ended with 1:\nno licence"):
        _set_up_alone("startup_script", script, local_aws, mwaa, tmp_path)


def _set_up_alone(
    kind: str, content: bytes, aws: LocalAws, mwaa: MwaaEnvironment, work: Path
) -> None:
    aws.client("s3").put_object(Bucket=mwaa.bucket, Key="other", Body=content)
    bare = replace(mwaa, requirements=None, plugins=None, startup_script=None)
    one = replace(bare, **{kind: BucketFile("other", None)})  # type: ignore[arg-type]
    environment = prepare(find_version(DEFAULT_VERSION))
    set_up_airflow(aws, one, environment, work, startup_script=True)

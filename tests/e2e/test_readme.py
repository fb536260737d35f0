"""The README's own path: its HCL, applied, and its DAG under the policies of its role."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import tftest

from applied import Attach
from mwaa_ecs.sandbox.account import Account
from mwaa_ecs.sandbox.airflow import DEFAULT_VERSION, find_version, prepare, run_dag
from mwaa_ecs.sandbox.dag_sync import download_dags
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.sandbox.mwaa_environment import find_mwaa_environment

UPLOADS = True
ENFORCE_IAM = True

pytestmark = pytest.mark.airflow


def block(readme: str, language: str, of: str) -> str:
    """Return the first block of a language that holds a text."""
    found: list[str] = re.findall(rf"^```{language}\n(.*?)^```", readme, re.M | re.S)
    return next(text for text in found if of in text)


def test_the_readmes_hcl_and_dag_lead_to_the_containers_line_under_the_default_policy(
    tmp_path: Path,
    repository: Path,
    local_aws: LocalAws,
    account: Account,
    loopback_registry: None,
    attach: Attach,
) -> None:
    readme = (repository / "README.md").read_text(encoding="utf-8")
    hcl = block(readme, "hcl", "airflow-ecs")
    for old, new in (
        ("AmazonMWAA-demo", account.mwaa_execution_role_name),
        ("subnet-0a1b2c3d", account.subnet_ids[0]),
        ("subnet-1b2c3d4e", account.subnet_ids[1]),
        ("my-airflow-bucket", account.dags_bucket_name),
    ):
        assert old in hcl
        hcl = hcl.replace(old, new)
    folder = tmp_path / "terraform"
    (folder / "dags").mkdir(parents=True)
    (folder / "main.tf").write_text(hcl)
    dag = block(readme, "python", "EcsTaskOperator")
    (folder / "dags" / "hello_world.py").write_text(dag)
    attach(folder)
    terraform = tftest.TerraformTest(folder.name, str(tmp_path))
    terraform.setup()
    terraform.apply()

    mwaa = find_mwaa_environment(local_aws, account)
    download_dags(local_aws, mwaa, tmp_path / "dags")
    mark = local_aws.mark()
    done = run_dag(
        prepare(find_version(DEFAULT_VERSION)),
        "hello_world",
        dags=tmp_path / "dags",
        home=tmp_path / "home",
        environ=local_aws.role_environment(mwaa.role_arn, "readme"),
    )
    assert done.state == "success", done.log.read_text()
    assert done.container_lines == ("Hello from Docker!",)
    calls = [f"{call.service}:{call.action}" for call in local_aws.calls_since(mark)]
    assert [name for name in calls if name.startswith("ssm:")] == ["ssm:GetParameter"]
    assert calls.count("ecs:RunTask") == 1

    # The README shows lines of the log, whose ids differ.
    log = done.log.read_text()
    for line in block(readme, "text", "INFO - Hello").splitlines():
        assert line.partition("INFO - ")[2].partition("0c1d")[0] in log
    example = repository / "examples" / "hello-world" / "dags" / "hello_world.py"
    assert example.read_text().endswith(dag)

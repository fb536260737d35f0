"""The README's own path: its ten lines of HCL, applied, and its task in a DAG."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import tftest

from mwaa_ecs.sandbox.account import Account
from mwaa_ecs.sandbox.airflow import DEFAULT_VERSION, find_version, prepare, run_dag
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.terraform.configuration import copy_configuration

UPLOADS = True

pytestmark = pytest.mark.airflow

DAG = """
from datetime import UTC, datetime

from airflow import DAG
{imports}

with DAG("readme", start_date=datetime(2024, 1, 1, tzinfo=UTC), schedule=None) as dag:
    {task}
"""


def block(readme: str, language: str, of: str) -> str:
    """Return the first block of a language that holds a text."""
    found: list[str] = re.findall(rf"^```{language}\n(.*?)^```", readme, re.M | re.S)
    return next(text for text in found if of in text)


def test_ten_lines_of_hcl_and_a_line_of_a_dag_lead_to_the_containers_line(
    tmp_path: Path, repository: Path, local_aws: LocalAws, account: Account
) -> None:
    readme = (repository / "README.md").read_text(encoding="utf-8")
    hcl = block(readme, "hcl", "airflow-ecs")
    copy_configuration(repository, tmp_path / "terraform" / "module")
    for old, new in (
        (re.search(r'source = "(.*?)"', hcl), "./module"),
        (
            re.search(r'mwaa_execution_role_name = "(.*?)"', hcl),
            account.mwaa_execution_role_name,
        ),
        (re.search(r'"(subnet-0a\w+)"', hcl), account.subnet_ids[0]),
        (re.search(r'"(subnet-1b\w+)"', hcl), account.subnet_ids[1]),
    ):
        assert old is not None
        hcl = hcl.replace(old[1], new)
    (tmp_path / "terraform" / "main.tf").write_text(hcl)
    terraform = tftest.TerraformTest("terraform", str(tmp_path))
    terraform.setup()
    terraform.apply()

    imports, _, task = block(readme, "python", "EcsTaskOperator").strip().partition("\n\n")
    dags = tmp_path / "dags"
    dags.mkdir()
    (dags / "readme.py").write_text(DAG.format(imports=imports, task=task))
    package = repository / "modules" / "dags" / "operator"
    done = run_dag(
        prepare(find_version(DEFAULT_VERSION)),
        "readme",
        dags=dags,
        home=tmp_path / "home",
        environ={
            # As the environment's role.
            **local_aws.role_environment(account.mwaa_execution_role_arn, "readme"),
            "PYTHONPATH": str(package),
        },
    )
    assert done.state == "success", done.log.read_text()
    assert done.container_lines == ("Hello from Docker!",)

"""examples/from-docker-operator in the local AWS: nothing stands between DAGs and tasks."""

from __future__ import annotations

import json
from pathlib import Path

import tftest

from applied import Attach
from healthy_account import complaints, create_environment
from mwaa_ecs.doctor import Account
from mwaa_ecs.sandbox.account import create_account, give_way_out
from mwaa_ecs.sandbox.example import load_example
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.show import read_account
from mwaa_ecs.terraform.configuration import copy_configuration
from unit.doctor.healthy import image_index

UPLOADS = True

EXAMPLE = Path("examples") / "from-docker-operator"


def test_the_doctor_has_no_complaint_and_show_connects_each_dag_with_its_tasks(
    repository: Path, local_aws: LocalAws, attach: Attach, tmp_path: Path
) -> None:
    account = create_account(local_aws)
    give_way_out(local_aws, account)
    create_environment(local_aws, account)
    ecr = local_aws.client("ecr")
    ecr.create_repository(repositoryName="report-builder")
    manifest = image_index("amd64")
    ecr.put_image(repositoryName="report-builder", imageManifest=manifest, imageTag="3")
    example = load_example(repository / EXAMPLE)
    folder = copy_configuration(repository / EXAMPLE, tmp_path / "copy")
    var_file = folder / "test.tfvars.json"
    var_file.write_text(json.dumps(account.variables(example.variables)))
    attach(folder)
    terraform = tftest.TerraformTest(folder.name, str(folder.parent))
    terraform.setup()
    terraform.apply(tf_var_file=str(var_file))
    assert complaints(local_aws) == []

    picture = read_account(Account(local_aws.client, local_aws.region), "/mwaa")
    dags = {
        (picture.node(one.source).name, picture.node(one.target).name)
        for one in picture.edges
        if picture.node(one.source).kind == "dag"
    }
    assert dags == {
        ("dags/report.py", "/mwaa/tasks/report-builder"),
        ("dags/sales.py", "/mwaa/tasks/extract"),
        ("dags/sales.py", "/mwaa/tasks/load"),
    }

"""examples/new-environment in the local AWS: made, run, changed in place, taken down."""

from __future__ import annotations

from pathlib import Path

import pytest

from applied import Attach
from healthy_account import complaints
from mwaa_ecs.sandbox.account import Account
from mwaa_ecs.sandbox.airflow import find_version, prepare, run_dag
from mwaa_ecs.sandbox.dag_sync import download_dags
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.sandbox.mwaa_environment import find_mwaa_environment
from mwaa_story import MwaaStory, check_changed
from rights_page import rights_granted, rights_needed

UPLOADS = True

ENVIRONMENT = "module.mwaa.aws_mwaa_environment.this"


@pytest.fixture(scope="module")
def story(
    local_aws: LocalAws,
    account: Account,
    attach: Attach,
    tmp_path_factory: pytest.TempPathFactory,
) -> MwaaStory:
    target = tmp_path_factory.mktemp("new-environment")
    story = MwaaStory("new-environment", local_aws, target, attach)
    story.changes()
    story.apply()
    return story


def test_the_environment_comes_up_in_two_zones_behind_one_nat_gateway(story: MwaaStory) -> None:
    environment = story.environment()
    assert environment["Status"] == "AVAILABLE"
    assert environment["AirflowVersion"] == "3.0.6"
    ec2 = story.aws.client("ec2")
    subnets = ec2.describe_subnets(SubnetIds=environment["NetworkConfiguration"]["SubnetIds"])
    assert len({subnet["AvailabilityZone"] for subnet in subnets["Subnets"]}) == 2
    gateways = ec2.describe_nat_gateways()["NatGateways"]
    assert [gateway["State"] for gateway in gateways] == ["available"]


def test_airflows_role_may_run_the_task(story: MwaaStory) -> None:
    role = story.environment()["ExecutionRoleArn"]
    granted = {
        action
        for statement in story.policy_of(role, "airflow-ecs-run-tasks-eu-west-1")["Statement"]
        for action in statement["Action"]
    }
    assert {"ecs:RunTask", "ecs:StopTask", "iam:PassRole", "logs:GetLogEvents"} <= granted


def test_the_doctor_has_no_complaint(story: MwaaStory) -> None:
    assert complaints(story.aws) == []


@pytest.mark.airflow
def test_its_dag_runs_with_its_configuration_as_its_role(
    story: MwaaStory, account: Account, tmp_path: Path
) -> None:
    mwaa = find_mwaa_environment(story.aws, account)
    assert mwaa.airflow_version is not None
    download_dags(story.aws, mwaa, tmp_path / "dags")
    with story.aws.recording() as recording:
        done = run_dag(
            prepare(find_version(mwaa.airflow_version)),
            "hello_world",
            dags=tmp_path / "dags",
            home=tmp_path / "home",
            environ={
                **mwaa.settings,
                **story.aws.role_environment(mwaa.role_arn, "Airflow"),
            },
        )
    assert done.state == "success", done.log.read_text()
    assert done.container_lines == ("Hello from Docker!",)
    (run,) = recording.of("ecs", "RunTask")
    assert "airflow-mwaa" in run.principal


def test_a_changed_dag_is_uploaded_and_changes_nothing_else(story: MwaaStory) -> None:
    # So a second plan without it is empty.
    dag = story.folder / "dags" / "hello_world.py"
    dag.write_text(dag.read_text() + "\n# changed\n")
    ((address, action),) = story.changes().items()
    assert address.startswith("module.dags.aws_s3_object.")
    assert action == "update"


def test_every_argument_that_can_change_changes_in_place(story: MwaaStory) -> None:
    created = story.environment()["CreatedAt"]
    story.change_everything("PRIVATE_ONLY")
    assert story.changes()[ENVIRONMENT] == "update"
    story.apply()
    assert story.environment()["CreatedAt"] == created
    check_changed(story, "PRIVATE_ONLY")


def test_changed_requirements_update_the_environment(story: MwaaStory) -> None:
    requirements = story.folder / "changed" / "requirements.txt"
    requirements.write_text("# changed\n")
    assert story.changes()[ENVIRONMENT] == "update"


def test_requirements_are_deleted_after_the_environment_has_let_go_of_them(
    story: MwaaStory,
) -> None:
    story.take_out_requirements()
    assert story.changes()[ENVIRONMENT] == "update"
    story.apply()
    deleted = 'start delete module.dags.aws_s3_object.named["requirements"]'
    assert story.steps.index(f"complete update {ENVIRONMENT}") < story.steps.index(deleted)
    assert "RequirementsS3Path" not in story.environment()
    assert story.changes() == {}


def test_after_destroy_nothing_is_left(story: MwaaStory) -> None:
    assert story.left_over() == set()


def test_the_rights_to_apply_cover_every_call_of_terraform(
    story: MwaaStory, repository: Path
) -> None:
    needed = rights_needed(story.aws.calls)
    assert "airflow:DeleteEnvironment" in needed, "this test runs after destroy"
    # That of the checks of existing things, which the page names apart.
    assert needed - rights_granted(repository, policies=2) == {"cloudformation:GetResource"}

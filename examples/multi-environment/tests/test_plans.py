"""What this team wants to be true of its environments, whatever anybody changes."""

from __future__ import annotations

RUN_TASK = "ecs:RunTask"


def test_prod_keeps_logs_for_a_year(mwaa_ecs_plan):
    for group in mwaa_ecs_plan("prod").of_kind("aws_cloudwatch_log_group"):
        assert group["retention_in_days"] == 365


def test_prod_runs_releases_only(mwaa_ecs_plan):
    for task in mwaa_ecs_plan("prod").tasks.values():
        for container in task.containers:
            assert "-rc" not in container.image


def test_dev_cannot_run_stagings_tasks(mwaa_ecs_plan):
    policy = mwaa_ecs_plan("dev").policy
    where = "arn:aws:ecs:eu-west-1:111111111111"
    own = {"ecs_cluster": f"{where}:cluster/jobs-dev-cluster"}
    assert policy.allows(RUN_TASK, f"{where}:task-definition/jobs-dev-etl:7", **own)
    assert not policy.allows(RUN_TASK, f"{where}:task-definition/jobs-staging-etl:7", **own)


# Once for each environment of the folder, also for the next one.
def test_an_environment_is_what_was_agreed(mwaa_ecs_every_plan, mwaa_ecs_inventory):
    plan = mwaa_ecs_every_plan
    assert plan.failed_checks == []
    mwaa_ecs_inventory(plan, f"inventories/{plan.environment}.yaml")

"""The tasks of a plan, with their containers and contracts."""

from __future__ import annotations

import json

import pytest

from mwaa_ecs.plan import UnknownValueError
from mwaa_ecs.plan.raw import CONTRACTS
from unit.plan.plans import change, plan, task_of


def test_a_task_has_its_containers_and_its_contract() -> None:
    contract = {"cluster": "jobs", "task_definition": "jobs-etl"}
    containers = [
        {"name": "etl", "image": "etl:1"},
        {"name": "log", "image": "l", "essential": False},
    ]
    tasks = plan(
        change(
            'module.task["etl"].aws_ecs_task_definition.this',
            "aws_ecs_task_definition",
            None,
            {"family": "jobs-etl", "container_definitions": json.dumps(containers)},
        ),
        change(
            'aws_ssm_parameter.task["etl"]',
            "aws_ssm_parameter",
            None,
            {"name": "/mwaa/tasks/etl", "insecure_value": json.dumps(contract)},
        ),
        change(
            'module.task["rates"].aws_ecs_task_definition.this',
            "aws_ecs_task_definition",
            None,
            {"family": "jobs-rates"},
        ),
        change(
            'aws_ssm_parameter.task["rates"]',
            "aws_ssm_parameter",
            None,
            {"name": "/mwaa/tasks/rates"},
            after_unknown={"insecure_value": True},
        ),
    ).tasks
    assert tasks["etl"].family == "jobs-etl"
    assert tasks["etl"].contract == contract
    assert [(c.name, c.essential) for c in tasks["etl"].containers] == [
        ("etl", True),
        ("log", False),
    ]
    assert tasks["rates"].contract is not None
    with pytest.raises(UnknownValueError, match=r'task\["rates"\]: the contract is known only'):
        _ = tasks["rates"].contract["cluster"]


def test_two_module_instances_with_a_task_of_the_same_name_keep_both() -> None:
    one, two = 'module.jobs["a.b"].', "module.other.module.jobs[0]."
    tasks = plan(
        *task_of(one, "etl", {"cluster": "one"}),
        *task_of(two, "etl", {"cluster": "two"}),
        *task_of(two, "rates", {"cluster": "two"}),
    ).tasks
    assert {key: task.contract["cluster"] for key, task in tasks.items() if task.contract} == {
        'module.jobs["a.b"].etl': "one",
        "module.other.module.jobs[0].etl": "two",
        "rates": "two",
    }
    with pytest.raises(LookupError, match=r"2 module instances have a task 'etl'; ask for one"):
        _ = tasks["etl"]


def test_whose_contract_a_parameter_is_is_never_guessed() -> None:
    changes = task_of("", "etl", {"cluster": "one"})
    other = {**changes[1], "address": 'module.x.aws_ssm_parameter.task["etl"]'}
    with pytest.raises(LookupError, match="the contract of the task 'etl' may be module"):
        _ = plan(*changes, other).tasks


def test_what_is_known_of_a_contract_can_be_asked_while_the_security_group_is_not_made() -> (
    None
):
    network = {"assignPublicIp": "DISABLED", "securityGroups": [None], "subnets": ["subnet-1"]}
    contract = {"cluster": "jobs", "network_configuration": {"awsvpcConfiguration": network}}
    unknown = {"network_configuration": {"awsvpcConfiguration": {"securityGroups": [True]}}}
    exposed = {
        "actions": ["create"],
        "after": {"module.jobs": {"etl": contract}},
        "after_unknown": {"module.jobs": {"etl": unknown}},
    }
    found = plan(*task_of("module.jobs.", "etl", None), output_changes={CONTRACTS: exposed})
    asked = found.tasks["etl"].contract
    assert asked is not None
    vpc = asked["network_configuration"]["awsvpcConfiguration"]
    assert (asked["cluster"], vpc["assignPublicIp"]) == ("jobs", "DISABLED")
    assert set(vpc) == {"assignPublicIp", "securityGroups", "subnets"}
    with pytest.raises(UnknownValueError, match=r"securityGroups\.0 is known only after apply"):
        _ = vpc["securityGroups"][0]
    with pytest.raises(UnknownValueError):
        _ = vpc == network
    assert found.changed_outputs == []


def test_sizes_are_numbers_and_what_is_not_set_has_ecs_defaults() -> None:
    changes = task_of("", "etl", {})
    containers = [
        {"name": "etl", "image": "i", "environment": [{"name": "A", "value": "1"}], "cpu": 128},
        {"name": "log", "image": "i", "essential": False, "environment": None},
    ]
    changes[0]["change"]["after"]["container_definitions"] = json.dumps(containers)
    task = plan(*changes).tasks["etl"]
    assert (task.cpu, task.memory) == (256, 512)
    etl, log = task.containers
    assert (etl.cpu, etl.environment, etl.essential) == (128, {"A": "1"}, True)
    assert (log.cpu, log.memory, log.environment, log.essential) == (0, None, {}, False)
    assert (log.privileged, log.read_only_root_filesystem, log.command) == (False, False, ())

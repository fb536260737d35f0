"""What a DAG reads of the contract, how often, and what it says when something is missing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dag_side.fake_aws import aws_error
from mwaa_ecs_operator.contract import Cache, Contract
from mwaa_ecs_operator.errors import RefusedError
from mwaa_ecs_operator.images import normalise, part_of

NIGHTLY = {
    "cluster": "etl-cluster",
    "task_definition": "etl-nightly",
    "container_name": "nightly",
    "launch_type": "FARGATE",
    "awslogs_group": "/ecs/etl-nightly",
    "awslogs_region": "eu-west-1",
    "awslogs_stream_prefix": "ecs/nightly",
}


class Parameters:
    """Parameter Store, with what was asked of it."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {"/mwaa/tasks/nightly": json.dumps(NIGHTLY)}
        self.calls: list[str] = []
        self.denied = False
        self.add("etl:1.4", {"task": "nightly"})

    def add(self, image: str, *entries: dict[str, Any]) -> None:
        name = f"/mwaa/images/{part_of(normalise(image))}"
        images = json.loads(self.values.get(name, "{}"))
        self.values[name] = json.dumps(images | {normalise(image): list(entries)})

    def get_parameter(self, *, Name: str) -> Any:  # noqa: N803 - boto3's name
        self.calls.append("GetParameter")
        if Name not in self.values:
            raise aws_error("AccessDeniedException" if self.denied else "ParameterNotFound")
        return {"Parameter": {"Name": Name, "Value": self.values[Name]}}

    def get_parameters(self, *, Names: list[str]) -> Any:  # noqa: N803 - boto3's name
        self.calls.append("GetParameters")
        assert len(Names) <= 10
        found = [name for name in Names if name in self.values]
        return {"Parameters": [{"Name": name, "Value": self.values[name]} for name in found]}


@pytest.fixture
def parameters() -> Parameters:
    return Parameters()


@pytest.fixture
def contract(parameters: Parameters) -> Contract:
    return Contract(lambda: parameters, "/mwaa/", {})


def test_a_task_costs_one_call_and_a_second_time_none(
    contract: Contract, parameters: Parameters
) -> None:
    assert contract.task("nightly").cluster == "etl-cluster"
    assert contract.task("nightly").log_stream("arn:x/y/0123") == "ecs/nightly/0123"
    assert parameters.calls == ["GetParameter"]


def test_an_image_costs_one_call_more(contract: Contract, parameters: Parameters) -> None:
    (entry,) = contract.tasks_of("docker.io/library/etl:1.4")
    assert entry.task == "nightly"
    contract.tasks_of("etl:1.4")
    assert parameters.calls == ["GetParameters"]


def test_an_alias_stands_for_tags_that_no_task_names(
    contract: Contract, parameters: Parameters
) -> None:
    parameters.add("org/app:*", {"task": "any"})
    parameters.add("org/app:1", {"task": "first"})
    assert [entry.task for entry in contract.tasks_of("org/app:1")] == ["first"]
    assert [entry.task for entry in contract.tasks_of("org/app:2024-01-01")] == ["any"]


@pytest.mark.parametrize("denied", [False, True])
def test_a_task_that_is_not_there_names_those_that_are(
    contract: Contract, parameters: Parameters, denied: bool
) -> None:
    parameters.denied = denied
    with pytest.raises(RefusedError) as caught:
        contract.task("nigtly")
    for part in ("task = 'nigtly'", "/mwaa/tasks/nigtly", "nightly", "ssm_prefix"):
        assert part in str(caught.value)


def test_an_image_that_no_task_runs_names_those_that_some_do(contract: Contract) -> None:
    with pytest.raises(RefusedError) as caught:
        contract.tasks_of("etl:2")
    for part in ("image = 'etl:2'", "docker.io/library/etl:1.4", "image_aliases", "task="):
        assert part in str(caught.value)


@pytest.mark.parametrize("text", ["not json", "[]", '{"cluster": "x"}'])
def test_a_parameter_of_somebody_else_is_told_by_its_name(
    contract: Contract, parameters: Parameters, text: str
) -> None:
    parameters.values["/mwaa/tasks/nightly"] = text
    with pytest.raises(RefusedError, match="/mwaa/tasks/nightly"):
        contract.task("nightly")


def test_an_error_of_aws_passes_so_that_airflow_retries(
    contract: Contract, parameters: Parameters
) -> None:
    def throttled(**_: Any) -> Any:
        raise aws_error("ThrottlingException")

    parameters.get_parameter = throttled  # type: ignore[method-assign]
    with pytest.raises(Exception, match="ThrottlingException"):
        contract.task("nightly")


@pytest.mark.parametrize(
    ("arguments", "fargate"),
    [
        ({"launch_type": "FARGATE"}, True),
        ({"launch_type": "EC2"}, False),
        ({"capacity_provider_strategy": [{"capacityProvider": "FARGATE_SPOT"}]}, True),
        ({"capacity_provider_strategy": [{"capacityProvider": "gpu"}]}, False),
    ],
)
def test_pairs_are_fargates_alone(
    contract: Contract, parameters: Parameters, arguments: dict[str, Any], fargate: bool
) -> None:
    bare = {key: value for key, value in NIGHTLY.items() if key != "launch_type"}
    parameters.values["/mwaa/tasks/nightly"] = json.dumps(bare | arguments)
    assert contract.task("nightly").on_fargate is fargate


def test_what_was_read_does_not_outlive_its_dag_run() -> None:
    cache = Cache(runs=2)
    first = cache.of("run-1")
    first["x"] = "1"
    assert cache.of("run-1") is first
    assert cache.of("run-2") == {}
    cache.of("run-3")
    assert cache.of("run-1") == {}

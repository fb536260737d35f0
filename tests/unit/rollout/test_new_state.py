"""No state begins unnoticed: neither for a wrong address nor over things that exist."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

import mwaa_ecs.cli.asking
from mwaa_ecs.plan import Plan
from mwaa_ecs.rollout.existing import find_existing
from mwaa_ecs.sandbox.local_aws import LocalAws
from rollout_team import Team


def test_the_first_apply_of_a_state_must_be_meant(team: Team) -> None:
    state = team.folder / "environments/dev.tfstate"
    code, said = team.run("plan", "dev")
    assert (code, f"no state exists at {state}; apply would create one" in said) == (0, True)
    code, said = team.run("apply", "dev", "--auto-approve")
    assert (code, "For the first rollout of dev, add --new-state" in said) == (2, True)
    assert "correct backend in the YAML. Nothing was changed" in said
    assert not state.exists()
    assert team.run("apply", "dev", "--auto-approve", "--new-state")[0] == 0
    # Where --new-state stays in a script, it protects from nothing.
    team.yaml("dev", "inputs: {word: other}\n")
    code, said = team.run("apply", "dev", "--auto-approve", "--new-state")
    assert (code, "not needed: --new-state: the state of dev exists" in said) == (0, True)
    assert team.run("destroy", "dev", "--auto-approve")[0] == 0
    # An empty state is a state.
    assert "no state exists" not in team.run("plan", "dev")[1]
    assert team.run("apply", "dev", "--auto-approve")[0] == 0


def test_at_a_terminal_a_new_state_wants_the_environments_name(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mwaa_ecs.cli.asking, "can_be_asked", lambda: True)
    code, said = team.run("apply", "dev", given="y\n")
    assert (code, "that is not 'dev'; nothing was changed" in said) == (2, True)
    assert team.run("apply", "dev", given="dev\n")[0] == 0


def test_a_plan_that_was_kept_begins_no_state_unnoticed_either(team: Team) -> None:
    _, out, _ = team.run_split("plan", "dev", "--out", "dev.tfplan", "--json")
    data = json.loads(out)
    assert (data["new_state"], data["exists_already"]) == (True, [])
    code, said = team.run("apply", "dev", "--plan", "dev.tfplan", "--auto-approve")
    assert (code, "no state exists at" in said) == (2, True)


def test_a_wrong_key_in_s3_is_noticed_in_a_fresh_checkout(in_s3: Team) -> None:
    in_s3.yaml("dev", "backend: {type: s3, bucket: states, key: begun}\ninputs: {word: a}\n")
    assert in_s3.run("apply", "dev", "--auto-approve", "--new-state")[0] == 0
    in_s3.forget_everything()
    assert "no state exists" not in in_s3.run("plan", "dev")[1]
    in_s3.forget_everything()
    in_s3.yaml("dev", "backend: {type: s3, bucket: states, key: begnu}\ninputs: {word: a}\n")
    code, said = in_s3.run("apply", "dev", "--auto-approve")
    assert (code, "no state exists at s3://states/begnu" in said) == (2, True)


def created(kind: str, **values: Any) -> dict[str, Any]:
    change = {"actions": ["create"], "before": None, "after": values}
    return {"address": f"{kind}.this", "mode": "managed", "type": kind, "change": change}


ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [ALLOW]})
CONTAINERS = [{"name": "a", "image": "a", "memory": 128}]


def make(aws: LocalAws, suffix: str) -> list[dict[str, Any]]:
    """Create one of each kind, and return the changes of a plan that would create them too."""
    name = f"there{suffix}"
    aws.client("ecs").create_cluster(clusterName=name)
    aws.client("ecs").register_task_definition(family=name, containerDefinitions=CONTAINERS)
    aws.client("logs").create_log_group(logGroupName=f"/ecs/{name}-longer")
    aws.client("logs").create_log_group(logGroupName=f"/ecs/{name}")
    iam = aws.client("iam")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    iam.put_role_policy(RoleName=name, PolicyName="run", PolicyDocument=TRUST)
    iam.create_policy(PolicyName=name, PolicyDocument=TRUST)
    aws.client("ssm").put_parameter(Name=f"/mwaa/{name}", Value="x", Type="String")
    aws.client("s3").create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    aws.client("s3").put_object(Bucket=name, Key="dags/jobs.py", Body=b"")
    return changes(name)


def changes(name: str) -> list[dict[str, Any]]:
    return [
        created("aws_ecs_cluster", name=name),
        created("aws_ecs_task_definition", family=name),
        created("aws_cloudwatch_log_group", name=f"/ecs/{name}"),
        created("aws_iam_role", name=name),
        created("aws_iam_role_policy", role=name, name="run"),
        created("aws_iam_policy", name=name),
        created("aws_ssm_parameter", name=f"/mwaa/{name}"),
        created("aws_s3_bucket", bucket=name),
        created("aws_s3_object", bucket=name, key="dags/jobs.py"),
        created("aws_s3_object", bucket=name, key="dags/new.py"),
        created("aws_mwaa_environment", name=name),
        created("aws_security_group", name_prefix=name),
        created("aws_iam_role_policy", name="run"),
    ]


def test_what_exists_already_is_found_by_its_name_before_a_state_begins(
    bucket: LocalAws,
) -> None:
    looked = find_existing(Plan({"resource_changes": make(bucket, "")}), bucket.client)
    assert looked.unknown == ()
    assert sorted(str(one) for one in looked.found) == [
        "bucket 'there' (aws_s3_bucket.this)",
        "cluster 'there' (aws_ecs_cluster.this)",
        "inline policy 'run' (aws_iam_role_policy.this)",
        "log group '/ecs/there' (aws_cloudwatch_log_group.this)",
        "object 'dags/jobs.py' (aws_s3_object.this)",
        "parameter '/mwaa/there' (aws_ssm_parameter.this)",
        "policy 'there' (aws_iam_policy.this)",
        "role 'there' (aws_iam_role.this)",
        "task definition 'there' (aws_ecs_task_definition.this)",
    ]
    # Neither the beginning of a name nor a thing that was deleted counts.
    bucket.client("ecs").create_cluster(clusterName="gone")
    bucket.client("ecs").delete_cluster(cluster="gone")
    for name in ("ther", "gone"):
        absent = find_existing(Plan({"resource_changes": changes(name)}), bucket.client)
        assert (absent.found, absent.unknown) == ((), ())


class Refusing:
    """A client whose calls fail."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, _: str) -> Any:
        def call(**_: Any) -> None:
            raise self._error

        return call


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ClientError({"Error": {"Code": "AccessDeniedException"}}, "x"), "AccessDenied"),
        (EndpointConnectionError(endpoint_url="http://a"), "Could not connect"),
    ],
)
def test_what_cannot_be_looked_up_is_named(error: Exception, reason: str) -> None:
    wanted = Plan({"resource_changes": [created("aws_ecs_cluster", name="a")] * 2})
    looked = find_existing(wanted, lambda _: Refusing(error))
    (said,) = looked.unknown
    assert said.startswith(f"cluster ({reason}")


def test_things_that_exist_need_a_second_look(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = Plan({"resource_changes": [created("aws_ecs_cluster", name="jobs")]})
    there = find_existing(wanted, Clusters)
    monkeypatch.setattr(
        "mwaa_ecs.rollout.workspace.Workspace.look_for_existing", lambda *_: there
    )
    code, said = team.run("apply", "dev", "--auto-approve", "--new-state")
    assert (code, "exists already: cluster 'jobs' (aws_ecs_cluster.this)" in said) == (2, True)
    assert "1 things that would be created exist already" in said
    words = ("apply", "dev", "--auto-approve", "--new-state", "--confirm", "dev")
    assert team.run(*words)[0] == 0


class Clusters:
    """A client that knows every cluster."""

    def __init__(self, _: str) -> None:
        pass

    def describe_clusters(self, clusters: list[str]) -> dict[str, Any]:
        return {"clusters": [{"status": "ACTIVE", "clusterName": name} for name in clusters]}

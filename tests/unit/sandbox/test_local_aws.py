"""The local AWS: how clients reach it, what it records, and that the real one gets no calls."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
import urllib.request
from inspect import isclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from botocore.parsers import create_parser

from mwaa_ecs.errors import OperationError, UserError
from mwaa_ecs.sandbox.engines import ImageSource, select_engine
from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.sandbox.logs.moto_logs import LogStream
from mwaa_ecs.sandbox.protocol import AwsRequest, error_response
from unit.sandbox.ecs_story import EcsStory, first_line, is_gone, program, until


def test_a_client_needs_nothing_of_the_users_own_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "a-profile-of-mine")
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with LocalAws() as aws:
        assert aws.client("sts").get_caller_identity()["Account"] == aws.account_id
        vpcs = aws.client("ec2", region="us-east-1").describe_vpcs()["Vpcs"]
        assert vpcs[0]["IsDefault"]
    assert os.environ["AWS_PROFILE"] == "a-profile-of-mine"
    assert "AWS_ACCESS_KEY_ID" not in os.environ


def test_another_process_reaches_it_with_its_environment_alone() -> None:
    base = {**os.environ, "AWS_PROFILE": "mine", "AWS_ROLE_ARN": "arn:aws:iam::1:role/real"}
    base |= {"HTTP_PROXY": "http://127.0.0.1:1", "NO_PROXY": "example.org"}
    with LocalAws(region="eu-north-1") as aws:
        environment = aws.child_environment(base)
        assert "AWS_PROFILE" not in environment
        assert "AWS_ROLE_ARN" not in environment
        assert environment["NO_PROXY"].split(",") == ["example.org", "127.0.0.1", "localhost"]
        script = "import boto3; print(boto3.client('sts').get_caller_identity()['Account'])"
        found = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True
        )
        assert found.stdout.strip() == aws.account_id, found.stderr
        (call,) = aws.calls
        assert (call.service, call.action, call.region) == (
            "sts",
            "GetCallerIdentity",
            "eu-north-1",
        )


def test_a_session_made_without_an_endpoint_has_no_real_keys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "mine")
    with LocalAws() as aws:
        keys = boto3.session.Session().get_credentials()
        assert keys.access_key == aws.environment()["AWS_ACCESS_KEY_ID"] != "mine"
    assert os.environ["AWS_ACCESS_KEY_ID"] == "mine"


def test_every_call_is_noted_by_its_api_name_whatever_the_protocol() -> None:
    with LocalAws() as aws:
        aws.client("ssm").put_parameter(Name="/a", Value="b", Type="String")
        aws.client("iam").list_roles()
        bucket = {"LocationConstraint": "eu-west-1"}
        aws.client("s3").create_bucket(Bucket="a-bucket", CreateBucketConfiguration=bucket)
        aws.client("s3").put_object(Bucket="a-bucket", Key="dags/a b.py", Body=b"x")
        aws.client("cloudwatch").list_metrics()
        aws.client("ecr").describe_repositories()
        with pytest.raises(aws.client("ssm").exceptions.ParameterNotFound):
            aws.client("ssm").get_parameter(Name="/none")
        with pytest.raises(aws.client("iam").exceptions.NoSuchEntityException):
            aws.client("iam").get_role(RoleName="none")
        noted = [
            (call.service, call.action, call.status, call.error_code) for call in aws.calls
        ]
        assert noted == [
            ("ssm", "PutParameter", 200, None),
            ("iam", "ListRoles", 200, None),
            ("s3", "CreateBucket", 200, None),
            ("s3", "PutObject", 200, None),
            ("cloudwatch", "ListMetrics", 200, None),
            ("ecr", "DescribeRepositories", 200, None),
            ("ssm", "GetParameter", 400, "ParameterNotFound"),
            ("iam", "GetRole", 404, "NoSuchEntity"),
        ]
        assert all("Boto3" in call.user_agent for call in aws.calls)


def test_calls_of_a_while_can_be_counted() -> None:
    with LocalAws() as aws:
        aws.client("sts").get_caller_identity()
        mark = aws.mark()
        with aws.recording() as recording:
            aws.client("ssm").describe_parameters()
            assert len(recording.of("ssm", "DescribeParameters")) == 1
        aws.client("ssm").describe_parameters()
        assert [call.service for call in aws.calls_since(mark)] == ["ssm", "ssm"]
        assert len(recording.calls) == 1
        assert recording.of("sts") == []


def test_a_request_by_way_of_a_proxy_is_answered() -> None:
    # This host never resolves, like MWAA's `api.` before the endpoint's host.
    with LocalAws() as aws:
        signed = AWSRequest("GET", "http://api.sandbox.invalid/environments")
        keys = aws.environment()
        credentials = Credentials(keys["AWS_ACCESS_KEY_ID"], keys["AWS_SECRET_ACCESS_KEY"])
        SigV4Auth(credentials, "airflow", "eu-west-1").add_auth(signed)
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({"http": aws.endpoint_url})
        )
        request = urllib.request.Request(signed.url, headers=dict(signed.headers.items()))
        with opener.open(request) as answer:
            assert b"Environments" in answer.read()
        assert aws.calls[0].action == "ListEnvironments"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has all of 127.0.0.0/8")
def test_it_listens_on_the_loopback_only() -> None:
    with LocalAws() as aws:
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            # If the local AWS listened on all addresses, this bind would fail.
            other.bind(("127.0.0.2", aws.port))
        assert aws.endpoint_url == f"http://127.0.0.1:{aws.port}"


def test_a_port_in_use_is_one_clear_message() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UserError, match=f"port is {port}, .* set another port"):
            LocalAws(port=port).__enter__()
    with pytest.raises(UserError, match="port is 70000"):
        LocalAws(port=70000).__enter__()
    with LocalAws(port=port) as aws:  # and the failures have left nothing in the way
        assert aws.port == port


def test_a_second_one_in_the_same_process_is_refused() -> None:
    with LocalAws() as aws:
        with pytest.raises(OperationError, match="in this process already"):
            LocalAws().__enter__()
        assert aws.client("ssm").describe_parameters()["Parameters"] == []


def patched_in_moto() -> set[str]:
    """Return the attributes of moto, and of `socket`, that hold the sandbox's own code."""
    owners: list[Any] = [
        module for name, module in sys.modules.items() if name == "socket" or "moto." in name
    ]
    owners += [one for owner in owners for one in vars(owner).values() if isclass(one)]
    return {
        f"{owner.__name__}.{name}"
        for owner in owners
        if not owner.__name__.startswith("mwaa_ecs.")
        and not str(getattr(owner, "__module__", "")).startswith("mwaa_ecs.")
        for name, value in list(vars(owner).items())
        if str(getattr(getattr(value, "fget", value), "__module__", "")).startswith("mwaa_ecs.")
    }


def test_moto_is_as_it_was_after_a_local_aws_has_closed() -> None:
    with LocalAws():
        assert {"socket.connect", "moto.logs.models.LogStream", "VPCEndPoint.modify"} <= (
            patched_in_moto()
        )
    assert patched_in_moto() == set()
    assert not hasattr(LogStream, "store")


def test_the_next_one_starts_empty() -> None:
    with LocalAws() as aws:
        aws.client("ecs").create_cluster(clusterName="old")
    with pytest.raises(OperationError, match="not running"):
        aws.client("ecs")
    with LocalAws() as aws:
        assert aws.client("ecs").list_clusters()["clusterArns"] == []
        assert len(aws.calls) == 1


OTHER_PROCESS = textwrap.dedent(
    """
    from mwaa_ecs.processes import wait_for_request
    from mwaa_ecs.sandbox.engines import ImageSource, select_engine
    from unit.sandbox.ecs_story import EcsStory, first_line, is_gone, program, until
    with EcsStory({"app": ["sh", "-c", "echo $$ $PWD; exec sleep 600"]}) as story:
        story.register()
        arn = story.start()
        (line,) = until(lambda: story.lines(arn))
        keys = story.aws.environment()
        names = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"
        told = [keys[name] for name in names]
        print(story.aws.endpoint_url, *line.split(), *told, flush=True)
        wait_for_request()
    """
)


def told(process: subprocess.Popen[str]) -> tuple[str, str, Path, tuple[str, str]]:
    """Return another process's endpoint, its task's process id and folder, and its keys."""
    endpoint, pid, folder, key, secret = first_line(process).split()
    return endpoint, pid, Path(folder), (key, secret)


def test_two_sandboxes_run_side_by_side() -> None:
    with program(OTHER_PROCESS) as other, EcsStory({"app": ["echo", "mine"]}) as story:
        endpoint, _, _, (key, secret) = told(other)
        assert endpoint != story.aws.endpoint_url
        story.register()
        assert story.lines(story.run()["taskArn"]) == ["mine"]
        assert story.ecs.list_tasks(cluster="story")["taskArns"] == []
        theirs = boto3.client(
            "ecs",
            endpoint_url=endpoint,
            region_name="eu-west-1",
            aws_access_key_id=key,
            aws_secret_access_key=secret,
        )
        assert len(theirs.list_tasks(cluster="story")["taskArns"]) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_nothing_is_left_behind_when_it_is_interrupted(number: signal.Signals) -> None:
    with program(OTHER_PROCESS) as other:
        _, pid, folder, _ = told(other)
        assert folder.exists()
        other.send_signal(number)
        _, complaint = other.communicate()
        assert other.returncode != 0
        assert number is signal.SIGINT or other.returncode == 128 + number, complaint
    assert not folder.exists()
    assert not folder.parent.exists()
    until(lambda: is_gone(pid))


def test_leaving_it_does_not_wait_for_a_container_that_will_not_stop() -> None:
    script = "trap '' TERM; echo up; while :; do sleep 0.05; done"
    engine = select_engine("stand-in", {"app": ImageSource(stand_in=["sh", "-c", script])})
    story = EcsStory(engine=engine)
    with story:
        story.register(story.container(stopTimeout=120))
        arn = story.start()
        until(lambda: story.lines(arn))
        started = time.monotonic()
    assert time.monotonic() - started < 60


def test_a_service_that_the_sandbox_lacks_says_so_at_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with LocalAws() as aws:
        with pytest.raises(ClientError, match="The sandbox has no outposts"):
            aws.client("outposts").list_outposts()
        assert [call.error_code for call in aws.calls] == ["NotImplemented"]
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("service", "protocol", "headers"),
    [
        ("ecs", "json", {"HTTP_X_AMZ_TARGET": "AmazonEC2ContainerServiceV20141113.RunTask"}),
        ("airflow", "rest-json", {"CONTENT_TYPE": "application/json"}),
        ("ec2", "ec2", {}),
        ("iam", "query", {}),
        ("s3", "rest-xml", {}),
    ],
)
def test_an_error_of_the_sandbox_is_one_that_the_services_clients_can_read(
    service: str, protocol: str, headers: dict[str, str]
) -> None:
    scope = f"KEY/20260101/eu-west-1/{service}/aws4_request"
    signed = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature={'0' * 64}"
    request = AwsRequest({"HTTP_AUTHORIZATION": signed, **headers})
    response = error_response(request, "InternalFailure", "a < b & c", 500)
    parsed = create_parser(protocol).parse(
        {"status_code": 500, "headers": dict(response.headers), "body": response.body}, None
    )
    assert parsed["Error"]["Code"] == "InternalFailure"
    assert parsed["Error"]["Message"] == "a < b & c"


def test_a_region_that_does_not_exist_is_refused_as_aws_does(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with LocalAws() as aws:
        for service, action, code in (
            ("logs", "describe_log_groups", "InvalidSignatureException"),
            ("sns", "list_topics", "SignatureDoesNotMatch"),
            ("s3", "list_buckets", "AuthorizationHeaderMalformed"),
        ):
            with pytest.raises(ClientError, match="valid region, not 'eu-west-9'") as caught:
                getattr(aws.client(service, "eu-west-9"), action)()
            assert caught.value.response["Error"]["Code"] == code
        assert aws.client("logs", "cn-north-1").describe_log_groups()["logGroups"] == []
    assert "Traceback" not in capfd.readouterr().err


def test_a_policy_that_aws_manages_can_be_attached_and_is_not_the_accounts_own() -> None:
    with LocalAws() as aws:
        iam = aws.client("iam")
        arn = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
        iam.create_role(RoleName="reader", AssumeRolePolicyDocument="{}")
        iam.attach_role_policy(RoleName="reader", PolicyArn=arn)
        (attached,) = iam.list_attached_role_policies(RoleName="reader")["AttachedPolicies"]
        assert attached == {"PolicyName": "AmazonS3ReadOnlyAccess", "PolicyArn": arn}
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        found = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]
        assert "s3:Get*" in str(found["Document"])
        assert iam.list_policies(Scope="Local")["Policies"] == []
        with pytest.raises(iam.exceptions.NoSuchEntityException):
            iam.attach_role_policy(RoleName="reader", PolicyArn=f"{arn}s")

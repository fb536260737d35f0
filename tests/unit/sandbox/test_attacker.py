"""Attempts of another user, a web page or another run to use a local AWS."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.error import URLError

import boto3
import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from mwaa_ecs.sandbox.account import create_account
from mwaa_ecs.sandbox.local_aws import LocalAws
from unit.sandbox.ecs_story import REGION, EcsStory

ECS = "AmazonEC2ContainerServiceV20141113"


@dataclass(frozen=True)
class Attempt:
    """A request that changes something, and the way in which it is signed."""

    service: str
    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def ecs(action: str, **parameters: Any) -> Attempt:
    headers = {"X-Amz-Target": f"{ECS}.{action}", "Content-Type": "application/x-amz-json-1.1"}
    return Attempt("ecs", "POST", "/", json.dumps(parameters).encode(), headers)


def sns(**parameters: str) -> Attempt:
    form = "&".join(f"{name}={value}" for name, value in parameters.items())
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return Attempt("sns", "POST", "/", form.encode(), headers)


ATTEMPTS = [
    pytest.param(
        Attempt(
            "ecs",
            "POST",
            "/?Action=RunTask&X-Amz-Credential=A/20260101/eu-west-1/ecs/aws4_request",
            b'{"cluster": "story", "taskDefinition": "story"}',
            {"Content-Type": "text/plain"},
        ),
        id="RunTask by a simple POST",
    ),
    pytest.param(
        ecs(
            "RegisterTaskDefinition",
            family="story",
            containerDefinitions=[{"name": "app", "image": "app"}],
        ),
        id="RegisterTaskDefinition",
    ),
    pytest.param(Attempt("s3", "POST", "/moto-api/reset"), id="reset"),
    pytest.param(Attempt("s3", "POST", "/moto-api/recorder/start-recording"), id="recorder"),
    pytest.param(Attempt("s3", "POST", "/moto-api/seed?a=1"), id="seed"),
    pytest.param(Attempt("s3", "GET", "/moto-api/data.json"), id="data"),
    pytest.param(Attempt("s3", "GET", "/latest/meta-data/iam/"), id="metadata"),
    pytest.param(Attempt("s3", "OPTIONS", "/"), id="preflight"),
    pytest.param(
        Attempt("cognito-idp", "GET", "/eu-west-1_a/.well-known/jwks.json"), id="cognito"
    ),
    pytest.param(
        sns(
            Action="AssumeRoleWithWebIdentity",
            RoleArn="arn:aws:iam::123456789012:role/a",
            RoleSessionName="a",
            WebIdentityToken="a",
        ),
        id="AssumeRoleWithWebIdentity",
    ),
    pytest.param(
        sns(
            Action="Subscribe",
            TopicArn="arn:aws:sns:eu-west-1:123456789012:t",
            Protocol="http",
            Endpoint="http://127.0.0.1:1/",
        ),
        id="Subscribe",
    ),
]


@pytest.fixture(scope="module")
def story() -> Iterator[EcsStory]:
    with EcsStory({"app": ["sh", "-c", "echo ran"]}) as story:
        story.register()
        yield story


@pytest.fixture(scope="module")
def bucket(story: EcsStory) -> str:
    """The bucket whose DAGs Airflow imports."""
    return create_account(story.aws).dags_bucket_name


@pytest.fixture(params=["PutObject of a DAG", "RunTask"])
def dangerous(story: EcsStory, bucket: str, request: pytest.FixtureRequest) -> Attempt:
    """What runs a program as the sandbox's user, once it is let in."""
    if request.param == "RunTask":
        network = {"awsvpcConfiguration": {"subnets": [story.subnet]}}
        task = {"cluster": "story", "taskDefinition": "story", "launchType": "FARGATE"}
        return ecs("RunTask", **task, networkConfiguration=network)
    return Attempt("s3", "PUT", f"/{bucket}/dags/evil.py", b"import os")


@pytest.fixture(scope="module")
def keys(story: EcsStory) -> Credentials:
    exports = story.aws.environment()
    return Credentials(exports["AWS_ACCESS_KEY_ID"], exports["AWS_SECRET_ACCESS_KEY"])


def signed(attempt: Attempt, keys: Credentials, host: str) -> Attempt:
    kind = S3SigV4Auth if attempt.service == "s3" else SigV4Auth
    url = f"http://{host}{attempt.path}"
    request = AWSRequest(attempt.method, url, dict(attempt.headers), attempt.body)
    request.headers["Host"] = host
    kind(keys, attempt.service, REGION).add_auth(request)
    return replace(attempt, headers=dict(request.headers.items()))


def sent(port: int, attempt: Attempt) -> tuple[int, Mapping[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request(attempt.method, attempt.path, attempt.body, dict(attempt.headers))
    answer = connection.getresponse()
    found = answer.status, {name.lower(): value for name, value in answer.getheaders()}
    body = answer.read()
    connection.close()
    return *found, body


def nobody(attempt: Attempt, keys: Credentials, host: str) -> Attempt:
    return attempt


def a_wrong_secret(attempt: Attempt, keys: Credentials, host: str) -> Attempt:
    return signed(attempt, Credentials(keys.access_key, "guessed"), host)


def another_run(attempt: Attempt, keys: Credentials, host: str) -> Attempt:
    return signed(attempt, Credentials("MWAAECS0123456789ABC", keys.secret_key), host)


def old_publicly_known_keys(attempt: Attempt, keys: Credentials, host: str) -> Attempt:
    known = Credentials("MWAAECSSANDBOX000000", "nothing-secret-in-the-sandbox")
    return signed(attempt, known, host)


def a_rebinding_page(attempt: Attempt, keys: Credentials, host: str) -> Attempt:
    return signed(attempt, keys, f"evil.example:{host.rpartition(':')[2]}")


def a_foreign_origin(attempt: Attempt, keys: Credentials, host: str) -> Attempt:
    with_origin = {**attempt.headers, "Origin": "http://evil.example"}
    return signed(replace(attempt, headers=with_origin), keys, host)


def a_cross_site_page(attempt: Attempt, keys: Credentials, host: str) -> Attempt:
    with_site = {**attempt.headers, "Sec-Fetch-Site": "cross-site"}
    return signed(replace(attempt, headers=with_site), keys, host)


ATTACKERS = [
    nobody,
    a_wrong_secret,
    another_run,
    old_publicly_known_keys,
    a_rebinding_page,
    a_foreign_origin,
    a_cross_site_page,
]


def kept(aws: LocalAws, bucket: str) -> Any:
    """Return the parts of the account that an attempt would change."""
    definitions = aws.client("ecs").list_task_definitions()["taskDefinitionArns"]
    tasks = [
        arn
        for status in ("RUNNING", "STOPPED")
        for arn in aws.client("ecs").list_tasks(cluster="story", desiredStatus=status)[
            "taskArns"
        ]
    ]
    objects = aws.client("s3").list_objects_v2(Bucket=bucket)["KeyCount"]
    topics = aws.client("sns").list_subscriptions()["Subscriptions"]
    return definitions, sorted(tasks), objects, topics


@pytest.mark.parametrize("attempt", ATTEMPTS)
@pytest.mark.parametrize("attacker", ATTACKERS)
def test_nobody_else_gets_in(
    story: EcsStory,
    bucket: str,
    keys: Credentials,
    attempt: Attempt,
    attacker: Callable[[Attempt, Credentials, str], Attempt],
) -> None:
    refused(story, bucket, attacker(attempt, keys, f"127.0.0.1:{story.aws.port}"))


@pytest.mark.parametrize("attacker", ATTACKERS)
def test_nobody_else_runs_a_program(
    story: EcsStory,
    bucket: str,
    keys: Credentials,
    dangerous: Attempt,
    attacker: Callable[[Attempt, Credentials, str], Attempt],
) -> None:
    refused(story, bucket, attacker(dangerous, keys, f"127.0.0.1:{story.aws.port}"))


def refused(story: EcsStory, bucket: str, attempt: Attempt) -> None:
    """Send a request, and check that it is refused and changes nothing."""
    before, mark = kept(story.aws, bucket), story.aws.mark()
    status, headers, _ = sent(story.aws.port, attempt)
    assert status == 403
    assert not [name for name in headers if name.startswith("access-control-")]
    # The journal has no such call.
    assert story.aws.calls_since(mark) == ()
    assert kept(story.aws, bucket) == before


def test_the_owner_runs_a_program_by_the_same_requests(
    story: EcsStory, bucket: str, keys: Credentials, dangerous: Attempt
) -> None:
    before = kept(story.aws, bucket)
    attempt = signed(dangerous, keys, f"127.0.0.1:{story.aws.port}")
    assert sent(story.aws.port, attempt)[0] == 200
    assert kept(story.aws, bucket) != before


def test_the_owner_hears_once_of_each_kind_of_refusal(
    story: EcsStory, keys: Credentials
) -> None:
    heard: list[str] = []
    count = story.aws.refused.count
    host = f"127.0.0.1:{story.aws.port}"
    wrong = a_wrong_secret(ecs("ListClusters"), keys, host)
    strange = replace(ecs("ListClusters"), headers={"Host": "evil\x1b[2J.example"})
    sent(story.aws.port, wrong)
    story.aws.refused.report(lambda one: heard.append(str(one)))
    for attempt in (wrong, strange, strange):
        sent(story.aws.port, attempt)
    assert story.aws.refused.count == count + 4
    (first,) = [line for line in heard if "signature we calculated does not match" in line]
    assert first.startswith(f"a request for {host} is refused: ")
    (strangest,) = [line for line in heard if line.startswith("a request for evil?")]
    assert strangest.startswith(
        "a request for evil?[2J.example is refused: The sandbox forwards"
    )
    signature = wrong.headers["Authorization"].rpartition("=")[2]
    assert not [line for line in heard if signature in line or not line.isprintable()]


def test_a_web_page_cannot_read_an_answer(story: EcsStory, keys: Credentials) -> None:
    attempt = signed(ecs("ListClusters"), keys, f"127.0.0.1:{story.aws.port}")
    status, headers, _ = sent(story.aws.port, attempt)
    assert status == 200
    assert not [name for name in headers if name.startswith("access-control-")]


@pytest.mark.parametrize("path", ["/moto-api/reset", "/moto-api/seed?a=1", "/latest/api/token"])
def test_the_owner_too_finds_no_door_behind_a_path(
    story: EcsStory, bucket: str, keys: Credentials, path: str
) -> None:
    before = kept(story.aws, bucket)
    attempt = signed(Attempt("s3", "POST", path), keys, f"127.0.0.1:{story.aws.port}")
    status, _, body = sent(story.aws.port, attempt)
    assert status != 200, body
    assert kept(story.aws, bucket) == before


def test_a_signed_request_is_for_what_was_signed_only(
    story: EcsStory, keys: Credentials
) -> None:
    attempt = signed(ecs("ListClusters"), keys, f"127.0.0.1:{story.aws.port}")
    for changed in (
        replace(attempt, body=b'{"a": 1}'),
        replace(attempt, path="/?a=1"),
        replace(attempt, method="PUT"),
        replace(attempt, headers={**attempt.headers, "X-Amz-Target": f"{ECS}.RunTask"}),
        replace(attempt, headers={**attempt.headers, "X-Amz-Security-Token": "a"}),
    ):
        assert sent(story.aws.port, changed)[0] == 403


def test_a_url_that_is_given_to_a_service_is_not_called(story: EcsStory, bucket: str) -> None:
    hit = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        client = story.aws.client("sns")
        topic = client.create_topic(Name="t")["TopicArn"]
        with pytest.raises(ClientError, match=r"Protocol is 'http'.*Subscribe a queue"):
            client.subscribe(TopicArn=topic, Protocol="http", Endpoint=url)
        firehose = story.aws.client("firehose")
        role = "arn:aws:iam::123456789012:role/execution"
        s3 = {"RoleARN": role, "BucketARN": f"arn:aws:s3:::{bucket}"}
        firehose.create_delivery_stream(
            DeliveryStreamName="d",
            HttpEndpointDestinationConfiguration={
                "EndpointConfiguration": {"Url": url},
                "S3Configuration": s3,
            },
        )
        with pytest.raises(ClientError):
            firehose.put_record(DeliveryStreamName="d", Record={"Data": b"a"})
        # Stands for EventBridge and Lambda, which need packages that are not installed here.
        service: dict[str, Any] = {"__name__": "moto.any.models", "dial": None}
        exec(
            "import urllib.request\ndef dial(url): urllib.request.urlopen(url, timeout=1)",
            service,
        )
        with pytest.raises(URLError, match="opens no connections"):
            service["dial"](url)
        try:
            listening.accept()
            hit.set()
        except TimeoutError:
            pass
    assert not hit.is_set()


def test_a_half_open_request_holds_up_nobody(story: EcsStory) -> None:
    with socket.create_connection(("127.0.0.1", story.aws.port)) as half:
        half.sendall(b"PUT /dags/a HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\nab")
        assert story.ecs.list_clusters()["clusterArns"]


def test_the_container_cannot_choose_the_program_of_a_stand_in(
    story: EcsStory, tmp_path: Path
) -> None:
    evil = tmp_path / "sh"
    evil.write_text("#!/bin/sh\necho evil\n")
    evil.chmod(0o755)
    story.register(story.container(environment=[{"name": "PATH", "value": str(tmp_path)}]))
    assert story.lines(story.run()["taskArn"]) == ["ran"]


def test_a_users_key_holds_until_it_is_deactivated(story: EcsStory) -> None:
    iam = story.aws.client("iam")
    iam.create_user(UserName="u")
    made = iam.create_access_key(UserName="u")["AccessKey"]
    client = boto3.client(
        "sts",
        endpoint_url=story.aws.endpoint_url,
        region_name=REGION,
        aws_access_key_id=made["AccessKeyId"],
        aws_secret_access_key=made["SecretAccessKey"],
    )
    assert client.get_caller_identity()["Arn"].endswith("user/u")
    iam.update_access_key(UserName="u", AccessKeyId=made["AccessKeyId"], Status="Inactive")
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        client.get_caller_identity()


def test_a_session_of_a_role_needs_its_token(story: EcsStory) -> None:
    role = story.aws.role_environment("arn:aws:iam::123456789012:role/execution", "me")

    def caller(token: str | None) -> str:
        client = boto3.client(
            "sts",
            endpoint_url=story.aws.endpoint_url,
            region_name=REGION,
            aws_access_key_id=role["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=role["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=token,
        )
        return str(client.get_caller_identity()["Arn"])

    assert caller(role["AWS_SESSION_TOKEN"]).endswith("assumed-role/execution/me")
    for wrong in (None, "another"):
        with pytest.raises(ClientError, match="InvalidClientTokenId"):
            caller(wrong)

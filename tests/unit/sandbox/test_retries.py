"""A call that an SDK retries because its answer was lost is done once."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import boto3
import pytest
from botocore.config import Config

from mwaa_ecs.sandbox.local_aws import LocalAws
from mwaa_ecs.sandbox.local_aws.retries import Retries
from mwaa_ecs.sandbox.protocol import AwsRequest, AwsResponse

EVERYWHERE = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]


class Lossy(socketserver.ThreadingTCPServer):
    """Forwards requests, and drops the first answer to each of `actions`."""

    daemon_threads = True

    def __init__(self, endpoint_url: str, *actions: str) -> None:
        super().__init__(("127.0.0.1", 0), _Passed)
        self.endpoint_url = endpoint_url
        self.lost = list(actions)


class _Passed(socketserver.StreamRequestHandler):
    server: Lossy

    def handle(self) -> None:
        self.rfile.readline()
        headers = {}
        while line := self.rfile.readline().decode().strip():
            name, _, value = line.partition(":")
            headers[name] = value.strip()
        body = self.rfile.read(int(headers["Content-Length"]))
        action = body.decode().partition("Action=")[2].partition("&")[0]
        status, content = self.asked(body, headers)
        if action in self.server.lost:
            self.server.lost.remove(action)
            return
        self.wfile.write(
            f"HTTP/1.1 {status} .\r\nContent-Length: {len(content)}\r\n"
            "Connection: close\r\n\r\n".encode()
            + content
        )

    def asked(self, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        try:
            with urlopen(Request(self.server.endpoint_url, body, headers)) as answer:
                return answer.status, answer.read()
        except HTTPError as error:
            return error.code, error.read()


@pytest.fixture
def aws() -> Iterator[LocalAws]:
    with LocalAws() as aws:
        yield aws


def test_a_rule_whose_answer_was_lost_is_made_once(aws: LocalAws) -> None:
    group = aws.client("ec2").create_security_group(GroupName="tasks", Description="tasks")
    lossy = Lossy(aws.endpoint_url, "RevokeSecurityGroupEgress", "AuthorizeSecurityGroupEgress")
    keys = aws.environment()
    threading.Thread(target=lossy.serve_forever, daemon=True).start()
    with lossy:
        client = boto3.client(
            "ec2",
            endpoint_url=f"http://127.0.0.1:{lossy.server_address[1]}",
            region_name=aws.region,
            aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
            config=Config(retries={"mode": "standard"}),
        )
        rule: dict[str, Any] = {"GroupId": group["GroupId"], "IpPermissions": EVERYWHERE}
        client.revoke_security_group_egress(**rule)
        client.authorize_security_group_egress(**rule)
        lossy.shutdown()
    assert lossy.lost == []
    sent = [call.action for call in aws.calls if call.action.endswith("SecurityGroupEgress")]
    assert sent == ["RevokeSecurityGroupEgress"] * 2 + ["AuthorizeSecurityGroupEgress"] * 2
    (found,) = aws.client("ec2").describe_security_groups(GroupIds=[group["GroupId"]])[
        "SecurityGroups"
    ]
    assert [each["IpRanges"] for each in found["IpPermissionsEgress"]] == [
        [{"CidrIp": "0.0.0.0/0"}]
    ]


def request(invocation: str = "one", method: str = "POST") -> AwsRequest:
    return AwsRequest({"HTTP_AMZ_SDK_INVOCATION_ID": invocation, "REQUEST_METHOD": method})


@pytest.mark.parametrize(
    ("statuses", "invocations", "told"),
    [
        pytest.param([200, 400], ["one", "one"], [200, 200], id="a success is kept"),
        pytest.param([400, 200], ["one", "one"], [400, 200], id="an error is tried again"),
        pytest.param([503, 503, 200], ["one"] * 3, [503, 503, 200], id="as often as asked"),
        pytest.param([200, 400], ["one", "two"], [200, 400], id="another call is another"),
        pytest.param([200, 400], ["", ""], [200, 400], id="calls without an id"),
    ],
)
def test_what_is_answered_anew(
    statuses: list[int], invocations: list[str], told: list[int]
) -> None:
    retries, coming = Retries(), iter(statuses)
    assert [
        retries.answer(request(one), lambda _: AwsResponse(next(coming), b"")).status
        for one in invocations
    ] == told


def test_a_retry_waits_for_the_first_try_that_is_under_way() -> None:
    retries, begun, go_on = Retries(), threading.Event(), threading.Event()
    made: list[str] = []

    def slowly(_: AwsRequest) -> AwsResponse:
        made.append("once")
        begun.set()
        go_on.wait(60)
        return AwsResponse(200, b"first")

    with ThreadPoolExecutor() as pool:
        first = pool.submit(retries.answer, request(), slowly)
        assert begun.wait(60)
        second = pool.submit(retries.answer, request(), slowly)
        go_on.set()
        assert [first.result(60).body, second.result(60).body] == [b"first", b"first"]
    assert made == ["once"]


def test_a_first_try_that_broke_is_tried_again() -> None:
    retries = Retries()

    def broken(_: AwsRequest) -> AwsResponse:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        retries.answer(request(), broken)
    assert retries.answer(request(), lambda _: AwsResponse(200, b"")).status == 200


def test_what_changes_nothing_is_answered_anew() -> None:
    retries, bodies = Retries(), iter((b"old", b"new"))
    assert [
        retries.answer(request(method="GET"), lambda _: AwsResponse(200, next(bodies))).body
        for _ in range(2)
    ] == [b"old", b"new"]


def test_old_answers_are_forgotten() -> None:
    retries = Retries()
    for number in range(300):
        retries.answer(request(str(number)), lambda _: AwsResponse(200, b"old"))
    assert retries.answer(request("0"), lambda _: AwsResponse(200, b"new")).body == b"new"

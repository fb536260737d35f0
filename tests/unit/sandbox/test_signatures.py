"""Signatures of Signature Version 4, by AWS's own examples and at the edges of their time."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.auth import S3SigV4QueryAuth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from mwaa_ecs.sandbox.authorization.principals import Key
from mwaa_ecs.sandbox.local_aws.bodies import read_body
from mwaa_ecs.sandbox.local_aws.refusals import BodyError, SignatureError
from mwaa_ecs.sandbox.local_aws.signatures import SignatureVerifier
from mwaa_ecs.sandbox.protocol import AwsRequest

# https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
ID, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
THEN = datetime(2013, 5, 24, tzinfo=UTC)
SEED = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"
CHUNKS = (
    (b"a" * 65536, "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"),
    (b"a" * 1024, "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"),
    (b"", "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"),
)


def verifier(now: datetime = THEN, **key: Any) -> SignatureVerifier:
    known = {ID: Key(SECRET, **key)}
    return SignatureVerifier(known.get, lambda: now)


def check(request: AwsRequest, now: datetime = THEN) -> None:
    """Check a request whose body is there."""
    verifier(now).check_head(request)()


def chunked(chunks: Any = CHUNKS) -> AwsRequest:
    body = b"".join(
        f"{len(data):x};chunk-signature={signature}\r\n".encode() + data + b"\r\n"
        for data, signature in chunks
    )
    names = (
        "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;"
        "x-amz-decoded-content-length;x-amz-storage-class"
    )
    return AwsRequest(
        {
            "REQUEST_METHOD": "PUT",
            "RAW_URI": "/examplebucket/chunkObject.txt",
            "HTTP_HOST": "s3.amazonaws.com",
            "HTTP_X_AMZ_DATE": "20130524T000000Z",
            "HTTP_X_AMZ_STORAGE_CLASS": "REDUCED_REDUNDANCY",
            "HTTP_X_AMZ_CONTENT_SHA256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            "HTTP_CONTENT_ENCODING": "aws-chunked",
            "HTTP_X_AMZ_DECODED_CONTENT_LENGTH": "66560",
            "CONTENT_LENGTH": "66824",
            "wsgi.input": io.BytesIO(body),
            "HTTP_AUTHORIZATION": (
                f"AWS4-HMAC-SHA256 Credential={ID}/20130524/us-east-1/s3/aws4_request,"
                f"SignedHeaders={names},Signature={SEED}"
            ),
        }
    )


def test_an_upload_in_signed_chunks_is_taken() -> None:
    check(chunked())


@pytest.mark.parametrize(
    "chunks",
    [
        pytest.param(((b"b" * 65536, CHUNKS[0][1]), *CHUNKS[1:]), id="another content"),
        pytest.param((CHUNKS[0], CHUNKS[2]), id="one left out"),
        pytest.param(CHUNKS[:2], id="no last one"),
    ],
)
def test_a_chunk_that_was_changed_is_refused(chunks: Any) -> None:
    with pytest.raises(SignatureError, match="hunk"):
        check(chunked(chunks))


def plain(*, presigned: bool = False) -> AwsRequest:
    """A request that was signed just now."""
    credentials = Credentials(ID, SECRET)
    request = AWSRequest("GET", "http://localhost/b/a%20b%2B?x=1&a=%2F%20&y")
    request.headers["Host"] = "localhost"
    if presigned:
        S3SigV4QueryAuth(credentials, "s3", "eu-west-1", expires=60).add_auth(request)
    else:
        SigV4Auth(credentials, "ecs", "eu-west-1").add_auth(request)
    environ = {
        f"HTTP_{name.upper().replace('-', '_')}": value
        for name, value in request.headers.items()
    }
    path = request.url.removeprefix("http://localhost")
    environ |= {"REQUEST_METHOD": "GET", "RAW_URI": path}
    return AwsRequest({**environ, "QUERY_STRING": path.partition("?")[2]})


@pytest.mark.parametrize(
    ("presigned", "after", "refusal"),
    [
        (False, timedelta(minutes=14), None),
        (False, timedelta(minutes=16), "SKEWED"),
        (False, timedelta(minutes=-16), "SKEWED"),
        (True, timedelta(seconds=50), None),
        (True, timedelta(seconds=70), "EXPIRED"),
        (True, timedelta(minutes=-16), "SKEWED"),
    ],
)
def test_a_signature_holds_for_its_time(
    presigned: bool, after: timedelta, refusal: str | None
) -> None:
    found = None
    try:
        check(plain(presigned=presigned), datetime.now(UTC) + after)
    except SignatureError as error:
        found = error.refusal.name
    assert found == refusal


@pytest.mark.parametrize(
    ("key", "refusal"),
    [
        ({"token": "t"}, "WRONG_TOKEN"),
        ({"active": False}, "UNKNOWN_KEY"),
        ({"expires": datetime(2020, 1, 1, tzinfo=UTC)}, "EXPIRED_TOKEN"),
    ],
)
def test_a_key_that_no_longer_holds_is_refused(key: dict[str, Any], refusal: str) -> None:
    with pytest.raises(SignatureError) as caught:
        verifier(datetime.now(UTC), **key).check_head(plain())
    assert caught.value.refusal.name == refusal


@pytest.mark.parametrize(
    "authorization",
    [
        "AWS AKIAIOSFODNN7EXAMPLE:frJIUN8DYpKDtOLCwo//yllqDzg=",
        "AWS4-ECDSA-P256-SHA256 Credential=A/20130524/s3/aws4_request, SignedHeaders=host, "
        "Signature=30",
        "Bearer abc",
    ],
)
def test_other_forms_of_signatures_are_refused(authorization: str) -> None:
    with pytest.raises(SignatureError) as caught:
        verifier().check_head(AwsRequest({"HTTP_AUTHORIZATION": authorization}))
    assert caught.value.refusal.name == "MALFORMED"


@pytest.mark.parametrize(
    ("environ", "code"),
    [
        ({"CONTENT_LENGTH": "11"}, "EntityTooLarge"),
        ({"CONTENT_LENGTH": "9"}, "IncompleteBody"),
        ({"CONTENT_LENGTH": "-1"}, "InvalidRequest"),
        ({"CONTENT_LENGTH": "5", "wsgi.input_terminated": True}, "InvalidRequest"),
    ],
)
def test_a_body_is_taken_whole_or_not_at_all(environ: dict[str, Any], code: str) -> None:
    with pytest.raises(BodyError) as caught:
        read_body(AwsRequest({**environ, "wsgi.input": io.BytesIO(b"abcde")}), 10)
    assert caught.value.code == code


def test_a_body_that_does_not_come_is_given_up() -> None:
    class Silent(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise TimeoutError

    with pytest.raises(BodyError) as caught:
        read_body(AwsRequest({"CONTENT_LENGTH": "5", "wsgi.input": Silent()}), 10)
    assert caught.value.code == "RequestTimeout"

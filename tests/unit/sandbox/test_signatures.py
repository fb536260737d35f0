"""Signature Version 4: AWS's own examples, and the limits of a signature's time."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from mwaa_ecs.sandbox.authorization.principals import Key
from mwaa_ecs.sandbox.local_aws.bodies import read_body
from mwaa_ecs.sandbox.local_aws.chunks import ChunkError, check_chunks
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


# https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
TRAILER_SEED = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e"
TRAILER_CHUNKS = (
    (b"a" * 65536, "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2"),
    (b"a" * 1024, "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7"),
)
TRAILER_END = (
    b"0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n"
)
CHECKSUM = b"x-amz-checksum-crc32c:sOO8/Q==\r\n"
TRAILER_SIGNATURE = (
    b"x-amz-trailer-signature:"
    b"d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n"
)


def with_trailer(*trailer: bytes) -> None:
    """Check AWS's example of an upload with a signed trailer, with another trailer."""
    credentials = Credentials(ID, SECRET)
    signer = S3SigV4Auth(credentials, "s3", "us-east-1")
    request = AWSRequest()
    request.context["timestamp"] = "20130524T000000Z"
    data = b"".join(
        f"{len(data):x};chunk-signature={signature}\r\n".encode() + data + b"\r\n"
        for data, signature in TRAILER_CHUNKS
    )
    check_chunks(
        b"".join((data, TRAILER_END, *trailer, b"\r\n")),
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        TRAILER_SEED,
        lambda text: signer.signature(text, request),
        "20130524T000000Z",
        "20130524/us-east-1/s3/aws4_request",
    )


def test_a_signed_trailer_is_taken() -> None:
    with_trailer(CHECKSUM, TRAILER_SIGNATURE)


@pytest.mark.parametrize(
    ("trailer", "message"),
    [
        pytest.param((CHECKSUM,), "no signature", id="no signature"),
        pytest.param((TRAILER_SIGNATURE,), "does not match", id="left out"),
        pytest.param(
            (CHECKSUM.upper(), TRAILER_SIGNATURE), "does not match", id="another checksum"
        ),
        pytest.param(
            (CHECKSUM, TRAILER_SIGNATURE, TRAILER_SIGNATURE),
            "no signature",
            id="two signatures",
        ),
    ],
)
def test_a_trailer_that_was_changed_is_refused(
    trailer: tuple[bytes, ...], message: str
) -> None:
    with pytest.raises(ChunkError, match=message):
        with_trailer(*trailer)


UNSIGNED = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"


@pytest.mark.parametrize(
    ("body", "form", "message"),
    [
        (b"5\r\nabcde\r\n0\r\nx-amz-checksum-crc32:a\r\n\r\n", UNSIGNED, None),
        (b"5\r\nabc", UNSIGNED, "cut off"),
        (b"3\r\nabcde\r\n0\r\n", UNSIGNED, "longer"),
        (b"5\r\nabcde\r\n", UNSIGNED, "not a sequence"),
        (TRAILER_END, UNSIGNED, "not a sequence"),
        (b"5\r\nabcde\r\n0\r\n", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "not a sequence"),
        (b"0\r\n", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", "does not verify"),
    ],
)
def test_chunks_have_the_form_that_the_request_announces(
    body: bytes, form: str, message: str | None
) -> None:
    found = None
    try:
        check_chunks(body, form, SEED, lambda text: text, "", "")
    except ChunkError as error:
        found = str(error)
    assert found is None if message is None else message in str(found)


def plain(*, presigned: bool = False) -> AwsRequest:
    """Return a request that was signed just now."""
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

"""A running provider with the schemas of this repository's own resource types alone.

Each Terraform command reads the schemas of all 2,134 types of the AWS provider, 4.9 MB: for a
plan of one log group it takes 1.8 s of processor time, and the provider 1.4 s. With the schemas
of the 50 types in use here both take 0.2 s. A type that no file here names is one that
Terraform does not know.

Whether a block is valid is asked once, because the answer depends on the block alone. For a
`provider` block the provider checks all its own schemas: 0.29 of the 0.6 s that a plan takes
it. Every other call and answer passes unchanged.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import grpc

REPOSITORY = Path(__file__).resolve().parent.parent

# Maps of a schema by type: resources, data sources, functions, ephemeral resources.
_BY_TYPE = frozenset((2, 3, 7, 8))
_IS_VALID = (
    "/PrepareProviderConfig",
    "/ValidateResourceTypeConfig",
    "/ValidateDataSourceConfig",
)
_ANY_SIZE = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
_AT_ONCE = 16
_lock = threading.Lock()


@contextmanager
def slim(attachment: str, folder: Path) -> Iterator[str]:
    """Stand between Terraform and a provider; yield the value of TF_REATTACH_PROVIDERS.

    Args:
        attachment: the same of the provider.
        folder: where the socket is made.
    """
    ((source, provider),) = json.loads(attachment).items()
    socket = folder / "slim"
    with (
        grpc.insecure_channel(
            f"unix:{provider['Addr']['String']}", options=_ANY_SIZE
        ) as channel,
        ThreadPoolExecutor(_AT_ONCE) as pool,
    ):
        server = grpc.server(pool, handlers=[_Through(channel)], options=_ANY_SIZE)
        server.add_insecure_port(f"unix:{socket}")
        server.start()
        try:
            address = {"Network": "unix", "String": str(socket)}
            yield json.dumps({source: {**provider, "Addr": address}})
        finally:
            server.stop(None).wait()


class _Through(grpc.GenericRpcHandler):  # type: ignore[misc]  # has no types
    """Hands each call on as it came, and each answer back; only schemas are cut.

    All providers of these tests are one program, so the first one is asked for its schemas and
    whether a block is valid. `checked` has the answers by method and block.
    """

    schemas: bytes | None = None
    checked: ClassVar[dict[tuple[str, bytes], bytes]] = {}

    def __init__(self, channel: Any) -> None:
        self._channel = channel

    def service(self, details: Any) -> Any:
        """Return what answers a call of a method."""
        method = details.method
        if not method.startswith("/tfplugin"):
            # Streams of the plugin's own output, and for calling back: Terraform does without,
            # and each would hold a thread as long as the provider runs.
            return None
        call = self._channel.unary_unary(method)
        if method.endswith(("/GetSchema", "/GetProviderSchema")):
            return grpc.unary_unary_rpc_method_handler(lambda word, _: self._cut(call, word))
        if method.endswith(_IS_VALID):
            return grpc.unary_unary_rpc_method_handler(
                lambda word, context: self._check(method, call, word, context)
            )
        return grpc.unary_unary_rpc_method_handler(
            lambda word, context: _ask(call, word, context)
        )

    def _cut(self, call: Callable[[bytes], bytes], word: bytes) -> bytes:
        with _lock:
            if _Through.schemas is None:
                _Through.schemas = _without_others(call(word), types_in_use())
            return _Through.schemas

    def _check(self, method: str, call: Any, word: bytes, context: Any) -> bytes:
        if (method, word) not in self.checked:
            self.checked[method, word] = _ask(call, word, context)
        return self.checked[method, word]


def _ask(call: Any, word: bytes, context: Any) -> bytes:
    try:
        answer: bytes = call(word)
    except grpc.RpcError as error:
        context.abort(error.code(), error.details())
    return answer


@cache
def types_in_use() -> frozenset[str]:
    """Every word in this repository's HCL, tests and pages that may be a type of AWS's."""
    folders = [
        REPOSITORY / name for name in ("modules", "examples", "tests", "docs", "benchmarks")
    ]
    files = [
        *(path for path in REPOSITORY.iterdir()),
        *(path for folder in folders for path in folder.rglob("*")),
    ]
    texts = (
        path.read_text(encoding="utf-8")
        for path in files
        if path.suffix in (".tf", ".hcl", ".py", ".md", ".json") and path.is_file()
    )
    return frozenset(name for text in texts for name in re.findall(r"\baws_[a-z0-9_]+", text))


def _without_others(message: bytes, names: frozenset[str]) -> bytes:
    """Leave the entries of other types out of a message in Protocol Buffers' encoding."""
    kept = bytearray()
    for number, value, whole in _fields(message):
        if number not in _BY_TYPE or _key(value) in names:
            kept += whole
    return bytes(kept)


def _key(entry: bytes) -> str:
    return next(value.decode() for number, value, _ in _fields(entry) if number == 1)


def _fields(message: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield number, value and whole of each field; all here have a length or are a number."""
    place = 0
    while place < len(message):
        start = place
        tag, place = _number(message, place)
        found, begin = _number(message, place)
        place = begin + found if tag & 7 == 2 else begin
        yield tag >> 3, message[begin:place], message[start:place]


def _number(message: bytes, place: int) -> tuple[int, int]:
    found = shift = 0
    while True:
        byte = message[place]
        place += 1
        found |= (byte & 127) << shift
        if byte < 128:
            return found, place
        shift += 7

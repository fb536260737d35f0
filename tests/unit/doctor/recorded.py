"""Clients that keep every answer, and deny what they are told to."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError

from mwaa_ecs.doctor.account import action_of
from mwaa_ecs.sandbox.local_aws import LocalAws

_READS = ("Describe", "Get", "List", "BatchGet")
# EFS makes and deletes network interfaces.
_CHANGED_WITH = {"elasticfilesystem": "ec2"}

Clients = Callable[[str, str], Any]


class Recorded:
    """Returns clients, as `LocalAws.client`, whose answers are asked for once.

    Attributes:
        denied: IAM actions that are denied.
        asked: how often each action was called, denied ones too.
        changes: by action, what changes its answers.
    """

    def __init__(self, clients: Clients) -> None:
        self.denied: Collection[str] = ()
        self.asked: Counter[str] = Counter()
        self.changes: dict[str, Callable[[Any], None]] = {}
        self._clients = clients
        self._answers: dict[str, Any] = {}
        self._lock = threading.Lock()

    def __call__(self, service: str, region: str) -> Any:
        return _Client(self, service, region)

    @contextmanager
    def forgetting(self, aws: LocalAws) -> Iterator[None]:
        """Forget the answers of each service that a `with` block changes."""
        mark = aws.mark()
        yield
        changed = {
            call.service for call in aws.calls_since(mark) if not call.action.startswith(_READS)
        }
        changed |= {_CHANGED_WITH[one] for one in changed if one in _CHANGED_WITH}
        for key in list(self._answers):
            service, _, operation, *_ = json.loads(key)
            if action_of(service, operation).partition(":")[0] in changed:
                del self._answers[key]

    def answer(
        self, service: str, region: str, operation: str, paged: bool, **asked: Any
    ) -> Any:
        action = action_of(service, operation)
        self.asked[action] += 1
        if action in self.denied:
            error = {"Code": "AccessDeniedException", "Message": f"not authorized: {action}"}
            raise ClientError({"Error": error}, operation)
        key = json.dumps([service, region, operation, paged, asked], sort_keys=True)
        with self._lock:
            if key not in self._answers:
                self._answers[key] = self._ask(service, region, operation, paged, asked)
        found = self._answers[key]
        if isinstance(found, ClientError):
            raise found
        return found

    def _ask(
        self, service: str, region: str, operation: str, paged: bool, asked: dict[str, Any]
    ) -> Any:
        client = self._clients(service, region)
        try:
            found = (
                list(client.get_paginator(operation).paginate(**asked))
                if paged
                else getattr(client, operation)(**asked)
            )
        except ClientError as error:
            return error
        change = self.changes.get(action_of(service, operation))
        for answer in found if paged else [found]:
            if change is not None:
                change(answer)
        return found


class _Client:
    def __init__(self, recorded: Recorded, service: str, region: str) -> None:
        self._recorded, self._service, self._region = recorded, service, region

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**asked: Any) -> Any:
            return self._recorded.answer(self._service, self._region, operation, False, **asked)

        return call

    def get_paginator(self, operation: str) -> Any:
        return _Pages(self, operation)

    def pages(self, operation: str, asked: dict[str, Any]) -> Iterator[Any]:
        yield from self._recorded.answer(self._service, self._region, operation, True, **asked)


class _Pages:
    def __init__(self, client: _Client, operation: str) -> None:
        self._client, self._operation = client, operation

    def paginate(self, **asked: Any) -> Iterator[Any]:
        return self._client.pages(self._operation, asked)

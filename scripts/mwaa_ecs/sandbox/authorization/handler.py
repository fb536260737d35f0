"""Finds a request's caller and the permissions that it needs, and denies it."""

from __future__ import annotations

import logging

from mwaa_ecs.iam.model import NotJudgedError
from mwaa_ecs.sandbox.authorization.ecs_needs import TagsOfTask
from mwaa_ecs.sandbox.authorization.judge import denial
from mwaa_ecs.sandbox.authorization.needs import needs_of
from mwaa_ecs.sandbox.authorization.principals import find_principal
from mwaa_ecs.sandbox.protocol import AwsRequest, AwsResponse, error_response

# Clients retry a 500, and the retry would fail too.
_NOT_JUDGED = 501
_log = logging.getLogger(__name__)


class IamHandler:
    """Records a request's caller and needs on the request.

    The keys of the run, which Terraform and the sandbox use, belong to no role and may do
    everything.

    Args:
        enforce: deny requests that the caller's policies do not allow.
        tags_of_task: returns the tags of a running ECS task.
    """

    def __init__(self, *, enforce: bool = False, tags_of_task: TagsOfTask) -> None:
        self._enforce = enforce
        self._tags_of_task = tags_of_task

    def handle(self, request: AwsRequest) -> AwsResponse | None:
        """Return AWS's denial, or None to let the next handler answer."""
        principal = find_principal(request.access_key, request.account_id)
        if principal is None:
            return None
        request.principal = principal.arn
        try:
            request.needs = needs_of(request, principal, self._tags_of_task)
            if not self._enforce:
                return None
            message = denial(principal, request.needs, request.region)
        except NotJudgedError as error:
            text = f"--enforce-iam: the sandbox cannot judge {request.action}: {error}"
            return error_response(request, "NotJudged", text, _NOT_JUDGED)
        except Exception:
            if self._enforce:
                raise
            _log.debug("the permissions of %s are unknown", request.action, exc_info=True)
            return None
        if message is None:
            return None
        request.denied = message
        return _denied(request, message)


def _denied(request: AwsRequest, message: str) -> AwsResponse:
    """Return the denial in the form that the service's clients expect."""
    if request.service == "ec2":
        return error_response(request, "UnauthorizedOperation", message, 403)
    if request.speaks_json:
        return error_response(request, "AccessDeniedException", message, 400)
    return error_response(request, "AccessDenied", message, 403)

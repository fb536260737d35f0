"""The sandbox's ECS in front of moto's."""

from __future__ import annotations

from mwaa_ecs.sandbox.ecs.errors import EcsError
from mwaa_ecs.sandbox.ecs.register import as_kept
from mwaa_ecs.sandbox.ecs.service import EcsService
from mwaa_ecs.sandbox.protocol import AwsRequest, AwsResponse, json_response


class EcsHandler:
    """Answers the actions of EcsService; moto answers the others."""

    def __init__(self, service: EcsService) -> None:
        self._service = service

    def handle(self, request: AwsRequest) -> AwsResponse | None:
        """Return the answer, or None to let moto answer."""
        if request.service != "ecs":
            return None
        try:
            answer = self._service.call(request.action, request.json, request.place)
        except EcsError as error:
            return json_response(
                {"message": error.message, **error.fields}, status=400, error=error.code
            )
        if request.action == "RegisterTaskDefinition":
            request.replace_json(as_kept(request.json))
        return None if answer is None else json_response(answer)

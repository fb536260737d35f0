"""Answers for the registry of another account; moto's ECR looks in the caller's own."""

from __future__ import annotations

from typing import Any

from moto.ecr.models import ecr_backends
from moto.ecr.responses import ECRResponse

from mwaa_ecs.sandbox.patches import Patches


def add_registries(patches: Patches) -> None:
    """Let a call that names a registry reach that account's repositories."""

    def ecr_backend(self: Any) -> Any:
        registry = self._get_param("registryId") or self.current_account
        return ecr_backends[registry][self.region]

    patches.replace(ECRResponse, "ecr_backend", property(ecr_backend))

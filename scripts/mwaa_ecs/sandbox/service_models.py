"""Lets all boto3 sessions of this process share the models of AWS's services.

botocore reads them for each session, and moto opens several for each of its services: the start
of a local AWS and its first account take 3.4 s of processor time, with shared models 2.4 s.
"""

from __future__ import annotations

import functools
from typing import Any

import botocore.session


def share_service_models() -> None:
    """Share the models that are read from now on."""
    session: Any = botocore.session
    if not hasattr(session.create_loader, "cache_info"):
        session.create_loader = functools.cache(session.create_loader)

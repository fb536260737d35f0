"""The environment variables with which other programs reach a sandbox."""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Callable, Mapping
from types import MappingProxyType

from mwaa_ecs.sandbox.environment import CA_BUNDLE, process_environment
from mwaa_ecs.sandbox.named.registry import Entry

# Other keys, files, endpoints, and how to get keys.
_ELSEWHERE = re.compile(
    r"AWS_(DEFAULT_)?PROFILE$|AWS_(SESSION|SECURITY)_TOKEN$|AWS_CREDENTIAL_EXPIRATION$"
    r"|AWS_(ROLE|WEB_IDENTITY|CONTAINER|ENDPOINT|USE|IGNORE)_"
)
_PLAIN = re.compile(r"[\w@%+=:,./-]*")


def variables(entry: Entry) -> dict[str, str]:
    """Return the variables with which boto3, the aws CLI and Terraform reach a sandbox.

    With Airflow, HTTPS clients trust its page, which scripts for MWAA call.
    """
    trusted = {CA_BUNDLE: entry.ca_bundle} if entry.ca_bundle else {}
    return {**process_environment(entry.endpoint_url, entry.region, entry.keys), **trusted}


def superfluous(ours: Mapping[str, str]) -> list[str]:
    """Return the AWS variables of this process that would lead a program elsewhere."""
    found = {name for name in os.environ if _ELSEWHERE.match(name)} - set(ours)
    # A shell that calls this command may not have exported it.
    return sorted(found | {"AWS_PROFILE"})


def as_shell(found: Mapping[str, str]) -> str:
    """Return lines for `eval` in a POSIX shell."""
    lines = [f"unset {' '.join(superfluous(found))}"]
    lines += [f"export {name}={shlex.quote(value)}" for name, value in found.items()]
    return "\n".join(lines) + "\n"


def as_dotenv(found: Mapping[str, str]) -> str:
    """Return the lines of a .env file."""
    quoted = {
        name: value if _PLAIN.fullmatch(value) else json.dumps(value)
        for name, value in found.items()
    }
    return "".join(f"{name}={value}\n" for name, value in quoted.items())


def as_json(found: Mapping[str, str]) -> str:
    """Return a JSON object."""
    return json.dumps(dict(found), indent=2) + "\n"


FORMATS: Mapping[str, Callable[[Mapping[str, str]], str]] = MappingProxyType(
    {"sh": as_shell, "dotenv": as_dotenv, "json": as_json}
)
"""How variables are written, by the format's name."""

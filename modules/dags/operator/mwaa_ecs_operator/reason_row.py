"""A row of the table of reasons, and what several of its patterns and remedies share."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """A cause that ECS reports.

    Attributes:
        id: stable, for links and for tools.
        pattern: a regular expression, matched case-insensitively anywhere in the text.
        cause: what happened, as a sentence.
        remedy: what to do, as a sentence.
        retry: "never" where the next try would fail alike, "once" where a restart at once often
            helps, "later" where Airflow's next try may succeed.
    """

    id: str
    pattern: str
    cause: str
    remedy: str
    retry: str = "never"


LOST = (
    r"(time-?out|timed out|deadline exceeded|context canceled|request ?(send|canceled|error)"
    r"|send request failed|connection (issue|refused|reset)|no such host|dial tcp)"
)
DENIED = r"(AccessDenied|not authorized|UnauthorizedOperation)"


def way_to(endpoints: str) -> str:
    """Return what to do where a service of AWS cannot be reached."""
    return (
        f"Give the subnets a NAT gateway or VPC endpoints ({endpoints}; modules/network), and"
        " let the security group out on 443."
    )

"""The errors a person can meet, each one message that says what to do.

A user's mistake (`UserError`) ends the command with 2, a failure (`OperationError`) with 1.
Neither is ever shown with a stack trace.
"""

from __future__ import annotations


class MwaaEcsError(Exception):
    """Base of every error this package raises on purpose."""

    exit_code: int = 1


class UserError(MwaaEcsError):
    """Something the user gave is wrong: the field, what was given, what is legal."""

    exit_code: int = 2


class OperationError(MwaaEcsError):
    """Something failed that the user did not get wrong: Terraform, an engine, Airflow."""

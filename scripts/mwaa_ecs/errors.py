"""The errors that a person can meet, each with one message that names the remedy.

A user's mistake (`UserError`) ends the command with 2, a failure (`OperationError`) with 1.
Neither is ever shown with a stack trace.
"""

from __future__ import annotations


class MwaaEcsError(Exception):
    """Base of every error this package raises on purpose."""

    exit_code: int = 1


class UserError(MwaaEcsError):
    """A user's mistake. The message has the field, its value and the accepted values."""

    exit_code: int = 2


class OperationError(MwaaEcsError):
    """A failure that is not the user's mistake: of Terraform, an engine or Airflow."""

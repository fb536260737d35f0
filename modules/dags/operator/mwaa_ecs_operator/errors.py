"""Errors of this package. Airflow's own exceptions are raised only by the operators."""

from __future__ import annotations


class RefusedError(Exception):
    """The request cannot be run, and a retry cannot help.

    The message names the argument, its value, what is accepted and what to do.
    """


class StartFailedError(Exception):
    """ECS did not start the task. A retry may help."""


class CredentialsError(Exception):
    """The credentials of the connection were refused several times in a row."""

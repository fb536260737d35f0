"""Finds the calls of DockerOperator, with the arguments that arrive there."""

"""Runs of the module's tasks, from the shell: start one, read its lines, list them.

All of it reads the contract that a DAG reads, and starts a task with the operator's own code.
"""

"""Writes what migrate found: DAG files, tasks, answers, reports."""

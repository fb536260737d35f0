"""Runs in Airflow's own Python, where this package is not installed, so it imports none of it.

    python -P inside_postgresql.py

It opens the PostgreSQL database whose URL is in MWAA_ECS_DATABASE, holds it for one sandbox
until its standard input ends, and prints a line of JSON: what is in the database, or why it
cannot be opened. A line of JSON on its standard input creates the table that marks the database
as a sandbox's.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from typing import Any

_CONNECT_SECONDS = 10
# Number of the lock in PostgreSQL. It goes with the connection, however that ends.
_LOCK = 0x6D776161
_MARK = "mwaa_ecs_sandbox"
_TABLES = """SELECT tablename FROM pg_catalog.pg_tables
WHERE schemaname <> 'information_schema' AND left(schemaname, 3) <> 'pg_' ORDER BY tablename"""


def look(cursor: Any) -> dict[str, Any]:
    """Take the database's lock, and return what is in it."""
    cursor.execute(f"SELECT pg_try_advisory_lock({_LOCK}), current_setting('server_version')")
    is_free, server = cursor.fetchone()
    cursor.execute(_TABLES)
    tables = [name for (name,) in cursor.fetchall()]
    found = {"is_free": is_free, "server": server, "tables": tables}
    if _MARK in tables:
        cursor.execute("SELECT airflow, fernet_key FROM mwaa_ecs_sandbox")
        found["airflow"], found["fernet_key"] = cursor.fetchone()
    if _MARK in tables and "alembic_version" in tables:
        cursor.execute("SELECT version_num FROM alembic_version")
        found["revisions"] = [revision for (revision,) in cursor.fetchall()]
    return found


def claim(connection: Any, airflow: str, fernet_key: str) -> dict[str, Any]:
    """Mark the database as a sandbox's."""
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE mwaa_ecs_sandbox (airflow text, fernet_key text)")
        cursor.execute("INSERT INTO mwaa_ecs_sandbox VALUES (%s, %s)", (airflow, fernet_key))
    return {}


def main() -> None:
    """Answer until standard input ends."""
    psycopg2 = importlib.import_module("psycopg2")
    try:
        url = os.environ["MWAA_ECS_DATABASE"]
        connection = psycopg2.connect(url, connect_timeout=_CONNECT_SECONDS)
        with connection, connection.cursor() as cursor:
            answer = look(cursor)
        print(json.dumps(answer), flush=True)
        for line in sys.stdin:
            answer = claim(connection, **json.loads(line))
            print(json.dumps(answer), flush=True)
    except psycopg2.Error as error:
        print(json.dumps({"error": " ".join(str(error).split())}), flush=True)


if __name__ == "__main__":
    main()

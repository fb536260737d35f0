"""MWAA's API in the sandbox: create, read, update, tag and delete environments.

The API starts no Airflow; `mwaa_ecs.sandbox.airflow` runs the DAGs of an environment.
"""

"""MWAA's API in the sandbox: environments that are made, read, changed, tagged and deleted.

No Airflow runs because of it; `mwaa_ecs.sandbox.airflow` runs the DAGs of an environment.
"""

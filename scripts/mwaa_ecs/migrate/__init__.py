"""Brings DAGs from DockerOperator to MWAA: what runs, what is to be decided, what cannot be."""

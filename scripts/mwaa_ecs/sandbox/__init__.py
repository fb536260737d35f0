"""The sandbox: a local AWS, the container runtime behind its ECS, and Airflow."""

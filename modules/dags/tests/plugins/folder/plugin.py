"""A plugin of Airflow's."""

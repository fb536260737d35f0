# A task of a DAG to paste. JSON's strings, lists and dictionaries are Python's too;
# the contract holds nothing else but numbers.
locals {
  _dag_snippets = {
    for name, kwargs in module.ssm_parameters.operator_kwargs : name => <<-EOT
      from airflow.providers.amazon.aws.operators.ecs import EcsRunTaskOperator

      run_${replace(name, "-", "_")} = EcsRunTaskOperator(
          task_id=${jsonencode(name)},
      %{~for key, value in kwargs~}
      %{~if key == "container_name"}
          # Waits less, and survives deferrable=True; the amazon provider knows it from 9.8 on.
          # container_name=${jsonencode(value)},
      %{~else}
          ${key}=${jsonencode(value)},
      %{~endif~}
      %{~endfor}
          # To change the command or the environment of one run:
          # {"name": ${jsonencode(kwargs.container_name)}, "command": [...], "environment": [...]}
          overrides={"containerOverrides": []},
      )
    EOT
  }
}

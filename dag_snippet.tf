# Code of a task to paste into a DAG. Strings, numbers, lists and dictionaries are written in
# JSON as in Python, and the arguments have no other types.
locals {
  dag_arguments = {
    for name, kwargs in module.ssm_parameters.operator_kwargs : name => {
      for key, value in kwargs :
      key => replace(replace(jsonencode(value), "\":", "\": "), ",\"", ", \"")
    }
  }

  dag_snippets = {
    for name, arguments in local.dag_arguments : name => join("\n", concat(
      [
        "from airflow.providers.amazon.aws.operators.ecs import EcsRunTaskOperator",
        "",
        "run_${replace(name, "-", "_")} = EcsRunTaskOperator(",
        "    task_id=${jsonencode(name)},",
      ],
      [
        for key, argument in arguments : "    ${key}=${argument}," if key != "container_name"
      ],
      [
        "    # From 9.8 of the amazon provider on: waits less, and deferrable=True can be used.",
        "    # container_name=${arguments.container_name},",
        "    # To change command or environment of a run, put this into the list:",
        "    # {\"name\": ${arguments.container_name}, \"command\": [...], \"environment\": [...]}",
        "    overrides={\"containerOverrides\": []},",
        ")",
        "",
      ],
    ))
  }
}

# Code of a task to paste into a DAG. JSON writes strings as Python does.
locals {
  dag_snippets = {
    for name in keys(var.tasks) : name => join("\n", [
      "from mwaa_ecs_operator import EcsTaskOperator",
      "",
      "EcsTaskOperator(${join(", ", concat(
        ["task_id=${jsonencode(name)}", "task=${jsonencode(name)}"],
        var.ssm_prefix == "/mwaa" ? [] : ["ssm_prefix=${jsonencode(var.ssm_prefix)}"],
      ))})",
      "",
    ])
  }
}

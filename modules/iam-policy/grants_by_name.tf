################################################################################
# grant_by = "name": each task, log group, role and parameter is listed
################################################################################

locals {
  # The ARN ends with a revision, because AWS matches none without it.
  definitions = [for family in sort(distinct(var.families)) : "${local.ecs_arn_prefix}:task-definition/${family}:*"]

  # The families that DAGs can register. A revision of a task's own family would change what
  # every other DAG runs. The operator names its families `<family>--<digest>`.
  derived = [for family in sort(distinct(var.families)) : "${local.ecs_arn_prefix}:task-definition/${family}--*:*"]

  grants_by_name = {
    run_tasks = {
      Resource  = concat(local.definitions, var.allow_register ? local.derived : [])
      Condition = local.in_cluster
    }
    registered   = { Resource = local.derived }
    passed_roles = distinct(var.passed_role_arns)
    task_logs = {
      Resource = [
        for name in sort(distinct(concat(var.log_group_names, var.existing_log_group_names))) :
        "${local.logs_arn_prefix}:log-group:${name}:log-stream:*"
      ]
    }
    existing_logs = []
    parameters = concat(
      [
        for name in sort(distinct(var.parameter_names)) : "${local.ssm_arn_prefix}:parameter${name}"
        if var.index_path == null || !startswith(name, "${coalesce(var.index_path, "-")}/")
      ],
      [for path in var.index_path[*] : "${local.ssm_arn_prefix}:parameter${path}/*"],
    )
  }
}

################################################################################
# Each task, log group, role and parameter by its name
################################################################################

locals {
  # With the revision: AWS refuses a family alone.
  _definitions = [for family in sort(distinct(var.families)) : "${local._ecs}:task-definition/${family}:*"]

  _grants_by_name = {
    run_tasks    = { Resource = local._definitions, Condition = local._in_cluster }
    registered   = { Resource = local._definitions }
    passed_roles = distinct(var.passed_role_arns)
    task_logs = {
      Resource = [
        for name in sort(distinct(concat(var.log_group_names, var.other_log_group_names))) :
        "${local._logs}:log-group:${name}:log-stream:*"
      ]
    }
    other_logs = []
    parameters = [for name in sort(distinct(var.parameter_names)) : "${local._ssm}:parameter${name}"]
  }
}

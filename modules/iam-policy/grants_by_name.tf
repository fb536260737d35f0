################################################################################
# Each task, log group, role and parameter by its name
################################################################################

locals {
  _grants_by_name = {
    run_tasks = {
      # With the revision: AWS refuses a family alone.
      Resource  = [for family in sort(distinct(var.families)) : "${local._ecs}:task-definition/${family}:*"]
      Condition = local._in_cluster
    }
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

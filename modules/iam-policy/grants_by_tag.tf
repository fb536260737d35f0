################################################################################
# grant_by = "tag": short, whatever the number of tasks
################################################################################

# A wildcard alone matches every name with the same prefix: with name = "etl", also the tasks
# of the instance "etl-dev". So every resource of this instance has a tag, whose value no other
# instance in the account and region has, and the wildcard grants only what has the tag.
# Airflow's role cannot put the tag on other resources: it can tag the tasks that it starts, not
# task definitions or log groups.
#
# With `allow_register` the role must put the tag on the revisions that it registers, because it
# cannot run others. The families that it can register are listed in this form too. AWS has no
# condition key for the owner of a family, so with a wildcard this role could replace a definition
# that another instance derived, and that instance would run it with its own roles.
#
# RunTask and GetLogEvents accept `aws:ResourceTag` for task definitions and log streams (a stream
# has the tags of its group). For PassRole AWS advises against it, so the policy grants a path
# that only this instance uses. Parameters are granted by path too.
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
locals {
  has_resource_tag = var.resource_tag == null ? {} : {
    StringEquals = { "aws:ResourceTag/${var.resource_tag.key}" = var.resource_tag.value }
  }

  sets_resource_tag = var.resource_tag == null ? {} : {
    StringEquals = { "aws:RequestTag/${var.resource_tag.key}" = var.resource_tag.value }
  }

  # The longest common prefix of all names is that of the first and the last in order.
  common_prefixes = {
    for kind, names in {
      families   = sort(var.families)
      log_groups = sort(var.log_group_names)
      } : kind => [
      for n in range(length(try(names[0], "")), -1, -1) : substr(try(names[0], ""), 0, n)
      if substr(try(names[0], ""), 0, n) == substr(try(names[length(names) - 1], ""), 0, n)
    ]
  }

  derived_by_prefix     = ["${local.ecs_arn_prefix}:task-definition/${local.common_prefixes["families"][0]}*--*:*"]
  definitions_by_prefix = ["${local.ecs_arn_prefix}:task-definition/${local.common_prefixes["families"][0]}*:*"]

  grants_by_tag = {
    run_tasks  = { Resource = local.definitions_by_prefix, Condition = merge(local.in_cluster, local.has_resource_tag) }
    registered = { Resource = local.derived, Condition = local.sets_resource_tag }
    passed_roles = distinct(concat(
      [
        for arn in var.passed_role_arns : arn
        if !anytrue([for path in var.task_role_paths : startswith(arn, "${local.iam_arn_prefix}:role${path}")])
      ],
      [
        for path in var.task_role_paths : "${local.iam_arn_prefix}:role${path}*"
        if anytrue([for arn in var.passed_role_arns : startswith(arn, "${local.iam_arn_prefix}:role${path}")])
      ],
    ))
    task_logs = {
      Resource = [
        for prefix in slice(local.common_prefixes["log_groups"], 0, min(1, length(var.log_group_names))) :
        "${local.logs_arn_prefix}:log-group:${prefix}*:log-stream:*"
      ]
      Condition = local.has_resource_tag
    }
    existing_logs = [
      for name in sort(distinct(var.existing_log_group_names)) :
      "${local.logs_arn_prefix}:log-group:${name}:log-stream:*"
    ]
    parameters = [
      for name in distinct(concat(
        [
          for name in sort(var.parameter_names) : name
          if !anytrue([
            for path in concat(var.task_parameter_paths, var.index_path[*]) : startswith(name, "${path}/")
          ])
        ],
        [for path in sort(distinct(concat(var.task_parameter_paths, var.index_path[*]))) : "${path}/*"],
      )) : "${local.ssm_arn_prefix}:parameter${name}"
    ]
  }
}

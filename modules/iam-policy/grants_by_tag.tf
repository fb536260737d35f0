################################################################################
# By the tag of this module instance: short, whatever the number of tasks
################################################################################

# A wildcard alone would reach whatever else begins with the same letters: with
# name = "etl", the tasks of the instance "etl-dev". So all that belongs to this
# instance has a tag whose value no other instance in account and region has, and the
# wildcard grants what has the tag, nothing else. Airflow's role cannot put the tag on
# anything: it can tag tasks that it starts, not task definitions or log groups.
#
# With `allow_register` it can put the tag on revisions that it registers, and must: it
# could not run others. Registering is granted by family in this form too. AWS has no
# key that tells whose family it is, so a wildcard would let this role replace the
# newest revision of another instance's family, which that instance then runs with its
# own roles.
#
# RunTask and GetLogEvents know `aws:ResourceTag` for task definitions and log
# streams (a stream has its group's tags). For PassRole AWS advises against it, so a
# path of the instance takes the tag's place there, and for parameters too.
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
locals {
  tagged = var.resource_tag == null ? {} : {
    StringEquals = { "aws:ResourceTag/${var.resource_tag.key}" = var.resource_tag.value }
  }

  tagging = var.resource_tag == null ? {} : {
    StringEquals = { "aws:RequestTag/${var.resource_tag.key}" = var.resource_tag.value }
  }

  # What all names begin with; the first and the last in order differ most.
  beginnings = {
    for kind, names in {
      families   = sort(var.families)
      log_groups = sort(var.log_group_names)
      } : kind => [
      for n in range(length(try(names[0], "")), -1, -1) : substr(try(names[0], ""), 0, n)
      if substr(try(names[0], ""), 0, n) == substr(try(names[length(names) - 1], ""), 0, n)
    ]
  }

  like_definitions = ["${local.ecs}:task-definition/${local.beginnings["families"][0]}*:*"]

  grants_by_tag = {
    run_tasks  = { Resource = local.like_definitions, Condition = merge(local.in_cluster, local.tagged) }
    registered = { Resource = local.definitions, Condition = local.tagging }
    passed_roles = distinct(concat(
      [
        for arn in var.passed_role_arns : arn
        if !anytrue([for path in var.own_role_paths : startswith(arn, "${local.iam}:role${path}")])
      ],
      [
        for path in var.own_role_paths : "${local.iam}:role${path}*"
        if anytrue([for arn in var.passed_role_arns : startswith(arn, "${local.iam}:role${path}")])
      ],
    ))
    task_logs = {
      Resource = [
        for beginning in slice(local.beginnings["log_groups"], 0, min(1, length(var.log_group_names))) :
        "${local.logs}:log-group:${beginning}*:log-stream:*"
      ]
      Condition = local.tagged
    }
    other_logs = [
      for name in sort(distinct(var.existing_log_group_names)) : "${local.logs}:log-group:${name}:log-stream:*"
    ]
    parameters = [
      for name in distinct(concat(
        [
          for name in sort(var.parameter_names) : name
          if !anytrue([
            for path in concat(var.own_parameter_paths, var.index_path[*]) : startswith(name, "${path}/")
          ])
        ],
        [for path in sort(distinct(concat(var.own_parameter_paths, var.index_path[*]))) : "${path}/*"],
      )) : "${local.ssm}:parameter${name}"
    ]
  }
}

################################################################################
# The same where the names are too many for a policy: by a tag of the call's own
################################################################################

# A wildcard alone would reach what else begins with the same letters: with
# name = "etl" the tasks of the call "etl-dev". So everything that belongs to the
# call has a tag whose value no other call in account and region has, and the
# wildcard grants what has the tag, nothing else. Airflow's role cannot put it on
# anything: it may tag tasks that it starts, not task definitions or log groups.
# With `allow_register` it may put it on revisions that it registers itself, and
# where even their families are too many to name it must: it could not run others.
# Registering itself is granted by family always. AWS knows no key that tells whose
# family it is, so a wildcard would let this role replace the newest revision of
# another module instance's family, which that instance then runs with its own roles.
#
# A revision that somebody registers without the tag can be run only while its
# family is named. So the families are named the longest: see `_form`.
#
# RunTask and GetLogEvents know `aws:ResourceTag` for task definitions and log
# streams (a stream has its group's tags). PassRole does not reliably, AWS says,
# so there a path of the call's own takes the tag's place, and so for parameters.
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
locals {
  _tagged = var.own_tag == null ? {} : {
    StringEquals = { "aws:ResourceTag/${var.own_tag.key}" = var.own_tag.value }
  }

  _tagging = var.own_tag == null ? {} : {
    StringEquals = { "aws:RequestTag/${var.own_tag.key}" = var.own_tag.value }
  }

  # What all names begin with; the first and the last in order differ most.
  _beginnings = {
    for kind, names in {
      families   = sort(var.families)
      log_groups = sort(var.log_group_names)
      } : kind => [
      for n in range(length(try(names[0], "")), -1, -1) : substr(try(names[0], ""), 0, n)
      if substr(try(names[0], ""), 0, n) == substr(try(names[length(names) - 1], ""), 0, n)
    ]
  }

  _like_definitions = ["${local._ecs}:task-definition/${local._beginnings["families"][0]}*:*"]

  _grants_by_tag = {
    run_tasks  = { Resource = local._like_definitions, Condition = merge(local._in_cluster, local._tagged) }
    registered = { Resource = local._definitions, Condition = local._tagging }
    passed_roles = distinct(concat(
      [
        for arn in var.passed_role_arns : arn
        if !anytrue([for path in var.own_role_paths : startswith(arn, "${local._iam}:role${path}")])
      ],
      [
        for path in var.own_role_paths : "${local._iam}:role${path}*"
        if anytrue([for arn in var.passed_role_arns : startswith(arn, "${local._iam}:role${path}")])
      ],
    ))
    task_logs = {
      Resource = [
        for beginning in slice(local._beginnings["log_groups"], 0, min(1, length(var.log_group_names))) :
        "${local._logs}:log-group:${beginning}*:log-stream:*"
      ]
      Condition = local._tagged
    }
    other_logs = [
      for name in sort(distinct(var.other_log_group_names)) : "${local._logs}:log-group:${name}:log-stream:*"
    ]
    parameters = [
      for name in distinct(concat(
        [
          for name in sort(var.parameter_names) : name
          if !anytrue([for path in var.own_parameter_paths : startswith(name, "${path}/")])
        ],
        [for path in sort(distinct(var.own_parameter_paths)) : "${path}/*"],
      )) : "${local._ssm}:parameter${name}"
    ]
  }

  # All else by tag, so that there is room to name the families.
  _grants_by_family = merge(local._grants_by_tag, {
    run_tasks  = local._grants_by_name.run_tasks
    registered = local._grants_by_name.registered
  })
}

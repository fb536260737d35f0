################################################################################
# Log groups
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
################################################################################

locals {
  # Where each container's lines go. A sidecar that sets no group or prefix uses the task's.
  container_logs = {
    for name, task in var.tasks : name => [
      for container in local.containers[name] : {
        at               = container.at
        name             = container.name
        options          = container.log_configuration.options
        driver           = coalesce(container.log_configuration.log_driver, "awslogs")
        group            = coalesce(container.log_group_name, local.task_logs[name].group)
        prefix           = coalesce(container.log_stream_prefix, local.task_logs[name].prefix)
        own_group        = container.is_sidecar && coalesce(container.log_group_name, "-") != "-"
        is_sidecar       = container.is_sidecar
        create_log_group = container.create_log_group
      }
    ]
  }
  task_logs = {
    for name, task in var.tasks : name => {
      group  = coalesce(task.log_group_name, var.logs.log_group_name, "/ecs/${local.resolved[name].family}")
      prefix = coalesce(task.log_stream_prefix, var.logs.stream_prefix)
    }
  }

  # The groups to create, by task, and by "task/sidecar" for a sidecar's own.
  created_log_groups = merge(
    {
      for name, task in var.tasks : name => { task = name, group = local.task_logs[name].group }
      if(task.create_log_group == null ? var.logs.create : task.create_log_group) && anytrue([
        for log in local.container_logs[name] : log.driver == "awslogs" && !log.own_group
      ])
    },
    [
      for name, logs in local.container_logs : {
        for log in logs : "${name}/${log.name}" => { task = name, group = log.group }
        if(
          log.is_sidecar && log.driver == "awslogs" && log.own_group &&
          (log.create_log_group == null ? var.logs.create : log.create_log_group)
        )
      }
    ]...
  )
  created_log_group_names = distinct(values(local.created_log_groups)[*].group)

  # Every group that a container writes to, and those that Airflow reads the main containers' lines
  # from. GetLogEvents knows the standard class only.
  written_log_group_names = distinct(flatten([
    for logs in local.container_logs : [for log in logs : log.group if log.driver == "awslogs"]
  ]))
  airflow_reads_logs = {
    for name, logs in local.container_logs : name => (
      logs[0].driver == "awslogs" && var.logs.log_group_class == "STANDARD"
    )
  }
}

resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_158:CloudWatch Logs encrypts with its own key, and logs.kms_key_arn sets a key of yours.
  #checkov:skip=CKV_AWS_338:The default is 30 days, for debugging. logs.retention_in_days keeps lines longer.
  for_each = local.created_log_groups

  # A refused name must not fail here, because Terraform would then report this name and no mistake of the task.
  name = (
    can(regex(local.patterns.log_group, each.value.group)) &&
    length(each.value.group) <= local.limits.log_group_characters ? each.value.group : "refused"
  )
  # The default is left out: not every region knows classes.
  log_group_class   = var.logs.log_group_class == "STANDARD" ? null : var.logs.log_group_class
  retention_in_days = var.logs.retention_in_days
  kms_key_id        = var.logs.kms_key_arn
  tags              = local.resolved[each.value.task].tags
}

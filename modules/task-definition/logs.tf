################################################################################
# Log group
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
################################################################################

locals {
  # Whether Airflow has lines to read (GetLogEvents knows the standard class
  # only), and whether anything writes some.
  _airflow_reads = (
    var.task.log_configuration.log_driver == "awslogs" && var.logs.log_group_class == "STANDARD"
  )
  _to_awslogs = anytrue([
    for container in local._containers : container.log_configuration.log_driver == "awslogs"
  ])

  _create_log_group = local._to_awslogs && (
    var.task.create_log_group == null ? var.logs.create : var.task.create_log_group
  )
  _log_group_name    = coalesce(var.task.log_group_name, var.logs.log_group_name, "/ecs/${local._family}")
  _log_stream_prefix = coalesce(var.task.log_stream_prefix, var.logs.stream_prefix)

  _awslogs = {
    "awslogs-group"         = local._log_group_name
    "awslogs-region"        = local._region
    "awslogs-stream-prefix" = local._log_stream_prefix
  }
}

resource "aws_cloudwatch_log_group" "this" {
  count = local._create_log_group ? 1 : 0

  # A name that is refused must not fail here: Terraform would say that first, and of
  # the task itself nothing.
  name = can(regex(local._log_group_word, local._log_group_name)) ? local._log_group_name : "refused"
  # The default unsaid: not every region knows classes.
  log_group_class   = var.logs.log_group_class == "STANDARD" ? null : var.logs.log_group_class
  retention_in_days = var.logs.retention_in_days
  kms_key_id        = var.logs.kms_key_arn
  tags              = local._tags
}

################################################################################
# Log group
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
################################################################################

locals {
  _create_log_group  = var.task.create_log_group == null ? var.logs.create : var.task.create_log_group
  _log_group_name    = coalesce(var.task.log_group_name, "/ecs/${local._family}")
  _log_stream_prefix = coalesce(var.task.log_stream_prefix, var.logs.stream_prefix)
}

resource "aws_cloudwatch_log_group" "this" {
  count = local._create_log_group ? 1 : 0

  name              = local._log_group_name
  retention_in_days = var.logs.retention_in_days
  kms_key_id        = var.logs.kms_key_arn
  tags              = local._tags
}

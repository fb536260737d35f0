################################################################################
# Region, account and partition: given, or the provider's own
################################################################################

data "aws_service" "ecs" {
  count      = var.region == null || (var.task.task_role != null && var.partition == null) ? 1 : 0
  service_id = "ecs"
}

data "aws_caller_identity" "this" {
  count = var.task.task_role != null && var.account_id == null ? 1 : 0
}

# The last two only where a role is made: a plan needs no call without one.
locals {
  _region     = var.region == null ? data.aws_service.ecs[0].region : var.region
  _partition  = var.partition == null ? one(data.aws_service.ecs[*].partition) : var.partition
  _account_id = var.account_id == null ? one(data.aws_caller_identity.this[*].account_id) : var.account_id
}

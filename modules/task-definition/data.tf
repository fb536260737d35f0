################################################################################
# Region, account and partition: given, or the provider's own
################################################################################

locals {
  creates_roles = anytrue([for task in var.tasks : task.task_role != null])
}

data "aws_service" "ecs" {
  count      = var.region == null || (local.creates_roles && var.partition == null) ? 1 : 0
  service_id = "ecs"
}

data "aws_caller_identity" "this" {
  count = local.creates_roles && var.account_id == null ? 1 : 0
}

# The last two are read only for a role: without one, a plan needs no call to AWS.
locals {
  region     = var.region == null ? data.aws_service.ecs[0].region : var.region
  partition  = var.partition == null ? one(data.aws_service.ecs[*].partition) : var.partition
  account_id = var.account_id == null ? one(data.aws_caller_identity.this[*].account_id) : var.account_id
}

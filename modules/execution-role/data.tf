# BEGIN GENERATED place: make docs
################################################################################
# Region, account and partition: the inputs, or the provider's
################################################################################

data "aws_service" "ecs" {
  count      = var.region == null || var.partition == null ? 1 : 0
  service_id = "ecs"
}

data "aws_caller_identity" "this" {
  count = var.account_id == null ? 1 : 0
}

locals {
  region     = var.region == null ? data.aws_service.ecs[0].region : var.region
  partition  = var.partition == null ? data.aws_service.ecs[0].partition : var.partition
  account_id = var.account_id == null ? data.aws_caller_identity.this[0].account_id : var.account_id
}
# END GENERATED place

################################################################################
# Region: given, or the provider's own
################################################################################

data "aws_service" "ecs" {
  count      = var.region == null ? 1 : 0
  service_id = "ecs"
}

locals {
  region = var.region == null ? data.aws_service.ecs[0].region : var.region
}

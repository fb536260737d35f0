################################################################################
# Region: the input, or the provider's
################################################################################

data "aws_service" "ecs" {
  count      = var.region == null ? 1 : 0
  service_id = "ecs"
}

locals {
  region = var.region == null ? data.aws_service.ecs[0].region : var.region
}

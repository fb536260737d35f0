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

# The state keeps what was read. `depends_on` on this module's block defers all data sources to the apply while
# a change is pending, and names that are not known then replace what exists.
resource "terraform_data" "place" {
  count = var.region == null || var.partition == null || var.account_id == null ? 1 : 0

  input = {
    region     = var.region == null ? data.aws_service.ecs[0].region : var.region
    partition  = var.partition == null ? data.aws_service.ecs[0].partition : var.partition
    account_id = var.account_id == null ? data.aws_caller_identity.this[0].account_id : var.account_id
  }

  lifecycle {
    ignore_changes = [input]

    postcondition {
      condition = alltrue(concat(
        [for found in data.aws_service.ecs : var.region != null || self.input.region == found.region],
        [for found in data.aws_caller_identity.this : self.input.account_id == found.account_id],
      ))
      error_message = join("", [
        "This state belongs to region ${jsonencode(self.input.region)} of account ",
        "${jsonencode(self.input.account_id)}, but the provider works in ",
        join(" of ", concat(
          [for found in data.aws_service.ecs : "region ${jsonencode(found.region)}"],
          [for found in data.aws_caller_identity.this : "account ${jsonencode(found.account_id)}"],
        )),
        ". Set the provider to the region and account of this state, or use another state.",
      ])
    }
  }
}

locals {
  region     = var.region == null ? terraform_data.place[0].input.region : var.region
  partition  = var.partition == null ? terraform_data.place[0].input.partition : var.partition
  account_id = var.account_id == null ? terraform_data.place[0].input.account_id : var.account_id
}
# END GENERATED place

################################################################################
# The subnets' VPC
################################################################################

# By number and not by id: ids may be known only after apply. In two blocks
# because a block's condition cannot look at its other instances.
data "aws_subnet" "first" {
  id = var.network.subnet_ids[0]

  lifecycle {
    postcondition {
      condition = var.network.vpc_id == null || self.vpc_id == var.network.vpc_id
      error_message = join("", [
        "network.subnet_ids: ${self.id} lies in ${self.vpc_id}, but network.vpc_id = ",
        "${jsonencode(var.network.vpc_id)}.",
      ])
    }
  }
}

data "aws_subnet" "others" {
  count = length(var.network.subnet_ids) - 1
  id    = var.network.subnet_ids[count.index + 1]

  lifecycle {
    postcondition {
      condition = self.vpc_id == data.aws_subnet.first.vpc_id
      error_message = join("", [
        "network.subnet_ids: ${self.id} lies in ${self.vpc_id}, but ${data.aws_subnet.first.id} in ",
        "${data.aws_subnet.first.vpc_id}. All must lie in one VPC.",
      ])
    }
  }
}

################################################################################
# Security group: given, or made
################################################################################

data "aws_security_group" "given" {
  count = length(coalesce(var.network.security_group_ids, []))
  id    = var.network.security_group_ids[count.index]

  lifecycle {
    postcondition {
      condition = self.vpc_id == data.aws_subnet.first.vpc_id
      error_message = join("", [
        "network.security_group_ids: ${self.id} lies in ${self.vpc_id}, but the subnets in ",
        "${data.aws_subnet.first.vpc_id}.",
      ])
    }

    postcondition {
      condition = lookup(self.tags, local.resource_tag.key, "") != local.resource_tag.value
      error_message = join("\n", concat(
        ["network.security_group_ids: this module instance created ${self.id}, so the plan would destroy it."],
        local.how_to_keep["security_group"],
        ["  aws ec2 delete-tags --resources ${self.id} --tags Key=${local.resource_tag.key}"],
      ))
    }
  }
}

module "security_group" {
  source = "./modules/security-group"
  count  = var.network.security_group_ids == null ? 1 : 0

  name   = "${var.name}-tasks"
  vpc_id = data.aws_subnet.first.vpc_id
  tags   = merge(var.tags, local.created_tags)
}

locals {
  security_group_ids = (
    var.network.security_group_ids == null
    ? module.security_group[*].id
    : var.network.security_group_ids
  )
}

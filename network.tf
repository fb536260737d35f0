################################################################################
# Subnets: all exist and lie in one VPC
################################################################################

# This data source does not fail for an id that does not exist, so that a precondition can name field and id.
data "aws_subnets" "this" {
  filter {
    name   = "subnet-id"
    values = var.network.subnet_ids
  }
}

locals {
  unknown_subnet_ids = [
    for id in var.network.subnet_ids : id if !contains(data.aws_subnets.this.ids, id)
  ]
}

data "aws_subnet" "first" {
  id = var.network.subnet_ids[0]

  lifecycle {
    precondition {
      condition = length(local.unknown_subnet_ids) == 0
      error_message = join(" ", [
        "network.subnet_ids: ${join(", ", local.unknown_subnet_ids)} does not exist in this account and region. Each",
        "must be the id of an existing subnet. To list them, run: aws ec2 describe-subnets --region",
        "${local.provider_region}",
      ])
    }

    postcondition {
      condition = var.network.vpc_id == null || self.vpc_id == var.network.vpc_id
      error_message = join("", [
        "network.subnet_ids: ${self.id} lies in ${self.vpc_id}, but network.vpc_id is ",
        "${jsonencode(var.network.vpc_id)}. Set subnets of that VPC, or change network.vpc_id.",
      ])
    }
  }
}

# As for the region in main.tf: an unknown VPC would replace the security group.
resource "terraform_data" "vpc" {
  input = var.network.vpc_id == null ? data.aws_subnet.first.vpc_id : var.network.vpc_id

  lifecycle {
    ignore_changes = [input]

    postcondition {
      condition = var.network.vpc_id != null || self.input == data.aws_subnet.first.vpc_id
      error_message = join(" ", [
        "network.subnet_ids: ${data.aws_subnet.first.id} lies in ${data.aws_subnet.first.vpc_id}, but in this state",
        "the tasks run in ${self.input}. Set subnets of that VPC. To move the tasks, set network.vpc_id to",
        "${jsonencode(data.aws_subnet.first.vpc_id)}; the plan then replaces their security group.",
      ])
    }
  }
}

locals {
  vpc_id = var.network.vpc_id == null ? terraform_data.vpc.input : var.network.vpc_id
}

# No `count` or `for_each` over the ids: even their number may be known only after apply.
data "aws_subnets" "in_vpc" {
  filter {
    name   = "subnet-id"
    values = var.network.subnet_ids
  }
  filter {
    name   = "vpc-id"
    values = [data.aws_subnet.first.vpc_id]
  }

  lifecycle {
    postcondition {
      condition = length(setsubtract(var.network.subnet_ids, self.ids)) == 0
      error_message = join(" ", [
        "network.subnet_ids: ${join(", ", setsubtract(var.network.subnet_ids, self.ids))} does not lie in",
        "${data.aws_subnet.first.vpc_id}, the VPC of ${data.aws_subnet.first.id}. All subnets must lie in one VPC.",
        "Replace those that do not.",
      ])
    }
  }
}

################################################################################
# Security groups: existing, or one that this module creates
################################################################################

# This data source does not fail for an unknown id either, so a postcondition can name field and id.
data "aws_security_groups" "existing" {
  count = var.network.security_group_ids == null ? 0 : 1

  filter {
    name   = "group-id"
    values = var.network.security_group_ids
  }

  lifecycle {
    postcondition {
      condition = length(setsubtract(var.network.security_group_ids, self.ids)) == 0
      error_message = join(" ", [
        "network.security_group_ids: ${join(", ", setsubtract(var.network.security_group_ids, self.ids))} does not",
        "exist in this account and region. Each must be the id of an existing security group. To list them, run: aws",
        "ec2 describe-security-groups --region ${local.provider_region} --filters",
        "Name=vpc-id,Values=${data.aws_subnet.first.vpc_id}",
      ])
    }

    postcondition {
      condition = alltrue([for vpc_id in self.vpc_ids : vpc_id == data.aws_subnet.first.vpc_id])
      error_message = join("", [
        "network.security_group_ids: ",
        join(", ", [
          for id, vpc_id in zipmap(self.ids, self.vpc_ids) : "${id} lies in ${vpc_id}"
          if vpc_id != data.aws_subnet.first.vpc_id
        ]),
        ", but the subnets lie in ${data.aws_subnet.first.vpc_id}. Set security groups of the subnets' VPC.",
      ])
    }
  }
}

# The groups among them that this module instance created.
data "aws_security_groups" "created" {
  count = var.network.security_group_ids == null ? 0 : 1

  filter {
    name   = "group-id"
    values = var.network.security_group_ids
  }
  filter {
    name   = "tag:${local.resource_tag.key}"
    values = [local.resource_tag.value]
  }

  lifecycle {
    postcondition {
      condition = length(self.ids) == 0
      error_message = join("\n", concat(
        [
          join(" ", [
            "network.security_group_ids: this module instance created ${join(", ", self.ids)}, so the plan would",
            "destroy it. Remove security_group_ids to go on using it.",
          ]),
        ],
        local.how_to_keep["security_group"],
        [
          join(" ", [
            "  aws ec2 delete-tags --region ${local.provider_region} --resources ${join(" ", self.ids)}",
            "--tags Key=${local.resource_tag.key}",
          ]),
        ],
      ))
    }
  }
}

module "security_group" {
  source = "./modules/security-group"
  count  = var.network.security_group_ids == null ? 1 : 0

  name   = "${var.name}-tasks"
  vpc_id = local.vpc_id
  tags   = merge(var.tags, local.created_tags)
}

locals {
  security_group_ids = (
    var.network.security_group_ids == null
    ? module.security_group[*].id
    : var.network.security_group_ids
  )
}

################################################################################
# VPC endpoints, derived from what is used
# https://docs.aws.amazon.com/mwaa/latest/userguide/vpc-vpe-create-access.html
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
################################################################################

locals {
  # Gateway endpoints cost nothing and are reached by routes, so each service in use gets one.
  gateway_services = concat(["s3"], contains(var.uses.others, "dynamodb") ? ["dynamodb"] : [])

  interface_services = distinct(concat(
    var.uses.mwaa ? [
      "airflow.api", "airflow.env", "ecr.api", "ecr.dkr", "kms", "logs", "monitoring", "sqs",
    ] : [],
    # China and GovCloud do not have this service.
    var.uses.mwaa && local.partition == "aws" ? ["airflow.ops"] : [],
    var.uses.ecs ? ["ecs", "logs"] : [],
    var.uses.ecr ? ["ecr.api", "ecr.dkr"] : [],
    var.uses.ssm ? ["ssm"] : [],
    var.uses.secrets_manager ? ["secretsmanager"] : [],
    var.uses.kms ? ["kms"] : [],
    var.uses.sts ? ["sts"] : [],
    [for service in var.uses.others : service if !contains(local.gateway_services, service)],
  ))

  # In China these names begin with cn.com. All other names begin with com in every partition.
  _cn_services = [
    "airflow.api", "airflow.env", "athena", "ecr.api", "ecr.dkr", "monitoring", "sqs", "sts",
  ]
  service_names = {
    for service in concat(local.gateway_services, local.interface_services) : service => join(".", concat(
      local.partition == "aws-cn" && contains(local._cn_services, service) ? ["cn"] : [],
      ["com", "amazonaws", local.region, service],
    ))
  }

  created_gateways = toset(local.create ? local.gateway_services : [])
  created_interfaces = toset(
    local.create && (
      var.uses.interface_endpoints == null
      ? var.nat_gateways == "none"
      : var.uses.interface_endpoints
    ) ? local.interface_services : []
  )
}

resource "aws_vpc_endpoint" "gateway" {
  for_each = local.created_gateways

  vpc_id            = local.vpc_id
  service_name      = local.service_names[each.key]
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [for zone in local.zones : aws_route_table.private[zone].id]
  policy            = local.endpoint_policies[each.key]
  tags              = merge(var.tags, { Name = "${var.name}-${each.key}" })
}

resource "aws_vpc_endpoint" "interface" {
  for_each = local.created_interfaces

  vpc_id              = local.vpc_id
  service_name        = local.service_names[each.key]
  vpc_endpoint_type   = "Interface"
  subnet_ids          = [for zone in local.zones : aws_subnet.private[zone].id]
  security_group_ids  = aws_security_group.endpoints[*].id
  private_dns_enabled = true
  policy              = local.endpoint_policies[each.key]
  tags                = merge(var.tags, { Name = "${var.name}-${each.key}" })
}

resource "aws_security_group" "endpoints" {
  count = length(local.created_interfaces) > 0 ? 1 : 0

  # A prefix, because a replacement exists beside the group that the endpoints still use.
  name_prefix = "${var.name}-endpoints-"
  description = "VPC endpoints: HTTPS from within the VPC."
  vpc_id      = local.vpc_id
  tags        = merge(var.tags, { Name = "${var.name}-endpoints" })

  lifecycle {
    create_before_destroy = true

    precondition {
      condition = local.free_addresses >= local.needed_addresses
      error_message = join(" ", [
        "cidr_block is ${jsonencode(var.cidr_block)}. Its ${length(local.created_interfaces)} interface endpoints",
        "leave ${max(0, local.free_addresses)} addresses free in each private subnet of",
        "/${local.vpc_bits + local.private_bits}, and",
        "${var.uses.mwaa ? "an MWAA environment needs at least 4" : "the tasks need one each"}. Set a larger block, or",
        "fewer uses.",
      ])
    }
  }
}

resource "aws_vpc_security_group_ingress_rule" "endpoints" {
  count = length(local.created_interfaces) > 0 ? 1 : 0

  security_group_id = aws_security_group.endpoints[0].id
  description       = "Whatever runs in the VPC."
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = var.cidr_block
  tags              = var.tags
}

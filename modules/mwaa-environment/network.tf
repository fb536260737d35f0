################################################################################
# The subnets: two zones, one VPC, private
# https://docs.aws.amazon.com/mwaa/latest/userguide/networking-about.html
################################################################################

# This data source does not fail for an id that does not exist, so that a precondition can name field and id.
data "aws_subnets" "this" {
  filter {
    name   = "subnet-id"
    values = var.subnet_ids
  }
}

locals {
  unknown_subnet_ids = [for id in var.subnet_ids : id if !contains(data.aws_subnets.this.ids, id)]
}

# `count` rather than `for_each`, because ids may be known only after apply.
data "aws_subnet" "this" {
  count = length(var.subnet_ids)
  id    = var.subnet_ids[count.index]

  lifecycle {
    precondition {
      condition = length(local.unknown_subnet_ids) == 0
      error_message = join(" ", [
        "subnet_ids: ${join(", ", local.unknown_subnet_ids)} does not exist in this account and region. Each must be",
        "the id of an existing subnet. To list them, run: aws ec2 describe-subnets --region ${local.region}",
      ])
    }
  }
}

data "aws_vpc" "this" {
  id = data.aws_subnet.this[0].vpc_id
}

# A subnet without a route table of its own uses the VPC's main route table.
data "aws_route_tables" "own" {
  count  = length(var.subnet_ids)
  vpc_id = data.aws_subnet.this[count.index].vpc_id

  filter {
    name   = "association.subnet-id"
    values = [var.subnet_ids[count.index]]
  }
}

data "aws_route_table" "this" {
  count = length(var.subnet_ids)
  route_table_id = (
    length(data.aws_route_tables.own[count.index].ids) > 0
    ? data.aws_route_tables.own[count.index].ids[0]
    : data.aws_vpc.this.main_route_table_id
  )
}

locals {
  public_subnet_ids = [
    for index, id in var.subnet_ids : id
    if anytrue([
      for route in data.aws_route_table.this[index].routes :
      startswith(coalesce(route.gateway_id, "-"), "igw-")
    ])
  ]
}

################################################################################
# Security groups: existing, or one that this module creates
# https://docs.aws.amazon.com/mwaa/latest/userguide/vpc-security.html
################################################################################

# As for the subnets, this data source does not fail for an id that does not exist.
data "aws_security_groups" "existing" {
  count = length(coalesce(var.security_group_ids, []))

  filter {
    name   = "group-id"
    values = [var.security_group_ids[count.index]]
  }
}

locals {
  unknown_security_group_ids = [
    for index, found in data.aws_security_groups.existing : var.security_group_ids[index]
    if length(found.ids) == 0
  ]
  existing_security_group_vpcs = {
    for index, found in data.aws_security_groups.existing :
    var.security_group_ids[index] => one(found.vpc_ids) if length(found.ids) > 0
  }
  create_security_group = var.security_group_ids == null
  security_group_ids = (
    local.create_security_group ? aws_security_group.this[*].id : var.security_group_ids
  )
}

resource "aws_security_group" "this" {
  count = local.create_security_group ? 1 : 0

  # A prefix, because a replacement exists beside the group that it replaces for a while.
  name_prefix = "${var.name}-mwaa-"
  description = "Traffic among Airflow's components, and all outbound traffic."
  vpc_id      = data.aws_subnet.this[0].vpc_id
  tags        = merge(var.tags, { Name = "${var.name}-mwaa" })

  # The environment uses the old group until it is updated.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "itself" {
  count = local.create_security_group ? 1 : 0

  security_group_id            = aws_security_group.this[0].id
  ip_protocol                  = "-1"
  referenced_security_group_id = aws_security_group.this[0].id
  tags                         = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "webserver" {
  for_each = toset(local.create_security_group ? var.webserver_source_cidrs : [])

  security_group_id = aws_security_group.this[0].id
  description       = "Airflow's web server."
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = each.value
  tags              = var.tags
}

resource "aws_vpc_security_group_egress_rule" "all" {
  count = local.create_security_group ? 1 : 0

  security_group_id = aws_security_group.this[0].id
  description       = "AWS services, and all systems that DAGs use."
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
  tags              = var.tags
}

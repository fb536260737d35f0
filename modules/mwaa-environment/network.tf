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

# `count` rather than `for_each`, because ids may be known only after apply. It is 2, as MWAA requires, rather than
# the list's length, which may be unknown too.
data "aws_subnet" "this" {
  count = 2
  id    = var.subnet_ids[count.index]

  lifecycle {
    precondition {
      condition = length(local.unknown_subnet_ids) == 0
      error_message = join(" ", [
        "subnet_ids: ${join(", ", local.unknown_subnet_ids)} does not exist in this account and region. Each must be",
        "the id of an existing subnet. To list them, run: aws ec2 describe-subnets --region ${local.provider_region}",
      ])
    }
  }
}

# As for the region in data.tf: an unknown VPC would replace the security group.
resource "terraform_data" "vpc" {
  input = var.vpc_id == null ? data.aws_subnet.this[0].vpc_id : var.vpc_id

  lifecycle {
    ignore_changes = [input]

    postcondition {
      condition = var.vpc_id != null || self.input == data.aws_subnet.this[0].vpc_id
      error_message = join(" ", [
        "subnet_ids: ${var.subnet_ids[0]} lies in ${data.aws_subnet.this[0].vpc_id}, but the environment's VPC in this",
        "state is ${self.input}. To move it, set vpc_id to ${jsonencode(data.aws_subnet.this[0].vpc_id)}; the plan",
        "then replaces the environment.",
      ])
    }
  }
}

locals {
  vpc_id = var.vpc_id == null ? terraform_data.vpc.input : var.vpc_id
}

data "aws_vpc" "this" {
  id = local.vpc_id
}

# A subnet without a route table of its own uses the VPC's main route table.
data "aws_route_tables" "own" {
  count  = 2
  vpc_id = data.aws_subnet.this[count.index].vpc_id

  filter {
    name   = "association.subnet-id"
    values = [var.subnet_ids[count.index]]
  }
}

data "aws_route_table" "this" {
  count = 2
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

locals {
  create_security_group = var.security_group_ids == null
  security_group_field  = local.create_security_group ? "additional_security_group_ids" : "security_group_ids"
  security_group_ids = (
    local.create_security_group
    ? concat(aws_security_group.this[*].id, coalesce(var.additional_security_group_ids, []))
    : var.security_group_ids
  )
  existing_security_group_ids = (
    local.create_security_group
    ? coalesce(var.additional_security_group_ids, [])
    : var.security_group_ids
  )
}

# As for the subnets, this data source does not fail for an id that does not exist. One read for all ids, because
# their number may be known only after apply.
data "aws_security_groups" "existing" {
  count = local.create_security_group && var.additional_security_group_ids == null ? 0 : 1

  filter {
    name   = "group-id"
    values = local.existing_security_group_ids
  }

  lifecycle {
    postcondition {
      condition = length(setsubtract(local.existing_security_group_ids, self.ids)) == 0
      error_message = join(" ", [
        "${local.security_group_field}:",
        join(", ", setsubtract(local.existing_security_group_ids, self.ids)),
        "does not exist in this account and region. Each must be the id of an existing security group. To list them,",
        "run: aws ec2 describe-security-groups --region ${local.provider_region} --filters",
        "Name=vpc-id,Values=${data.aws_subnet.this[0].vpc_id}",
      ])
    }
  }
}

locals {
  existing_security_group_vpcs = zipmap(
    flatten(data.aws_security_groups.existing[*].ids), flatten(data.aws_security_groups.existing[*].vpc_ids)
  )
}

# The groups with a rule that lets members of the environment's groups in. EC2 applies each filter separately, so the
# result can have too many groups, never too few.
data "aws_security_groups" "letting_members_in" {
  count = local.create_security_group ? 0 : 1

  filter {
    name   = "group-id"
    values = var.security_group_ids
  }
  filter {
    name   = "ip-permission.group-id"
    values = var.security_group_ids
  }
}

# The rules of each group. The count is five, the most that MWAA accepts, because the number of groups may be known
# only after apply. `element` starts over at the end of a shorter list.
data "aws_cloudcontrolapi_resource" "security_group" {
  count = !local.create_security_group && var.check_security_groups ? 5 : 0

  type_name  = "AWS::EC2::SecurityGroup"
  identifier = element(var.security_group_ids, count.index)

  # That data source reports a group that does not exist, in a message of its own.
  depends_on = [data.aws_security_groups.existing]
}

locals {
  _rules_for_members = flatten([
    for group in data.aws_cloudcontrolapi_resource.security_group : [
      for rule in try(jsondecode(group.properties).SecurityGroupIngress, []) : {
        protocol = tostring(rule.IpProtocol)
        from     = try(rule.FromPort, -1)
        to       = try(rule.ToPort, -1)
      } if contains(var.security_group_ids, try(rule.SourceSecurityGroupId, "-"))
    ]
  ])
  missing_ports = length(local._rules_for_members) == 0 ? [] : [
    for port in [443, 5432] : port if !anytrue([
      for rule in local._rules_for_members :
      rule.protocol == "-1" || contains(["tcp", "6"], rule.protocol) && rule.from <= port && rule.to >= port
    ])
  ]
}

# Warnings rather than errors: rules that the same plan creates may be there only after this is read.
check "security_group_rules" {
  assert {
    condition = alltrue([for found in data.aws_security_groups.letting_members_in : length(found.ids) > 0])
    error_message = join(" ", [
      "security_group_ids: ${join(", ", coalesce(var.security_group_ids, []))} has no rule that lets its own members",
      "in. MWAA's components connect to each other, and MWAA ends as CREATE_FAILED without it. If this plan does not",
      "create the rule, run: aws ec2 authorize-security-group-ingress --group-id",
      "${try(var.security_group_ids[0], "ID")}",
      "--ip-permissions 'IpProtocol=-1,UserIdGroupPairs=[{GroupId=${try(var.security_group_ids[0], "ID")}}]'",
    ])
  }

  assert {
    condition = length(local.missing_ports) == 0
    error_message = join(" ", [
      "security_group_ids: no rule of ${join(", ", coalesce(var.security_group_ids, []))} lets the groups' own members",
      "in on TCP ${join(" or ", local.missing_ports)}. MWAA needs 443 and 5432 among its components, and ends as",
      "CREATE_FAILED without them. Add a rule for all traffic, or for these two ports, with the group as source.",
    ])
  }
}

resource "aws_security_group" "this" {
  #checkov:skip=CKV2_AWS_5:The environment of main.tf has it. The check does not look at MWAA.
  count = local.create_security_group ? 1 : 0

  # A prefix, because a replacement exists beside the group that it replaces for a while.
  name_prefix = "${var.name}-mwaa-"
  description = "Traffic among the components of Airflow, and all outbound traffic."
  vpc_id      = local.vpc_id
  tags        = merge(var.tags, { Name = "${var.name}-mwaa" })

  # The environment uses the old group until it is updated.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "itself" {
  count = local.create_security_group ? 1 : 0

  security_group_id            = aws_security_group.this[0].id
  description                  = "Components of Airflow among themselves."
  ip_protocol                  = "-1"
  referenced_security_group_id = aws_security_group.this[0].id
  tags                         = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "webserver" {
  for_each = toset(local.create_security_group ? var.webserver_source_cidrs : [])

  security_group_id = aws_security_group.this[0].id
  description       = "Web server of Airflow."
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

################################################################################
# VPC: a private subnet in each zone, and public subnets for NAT gateways
# https://docs.aws.amazon.com/mwaa/latest/userguide/networking-about.html
################################################################################

data "aws_availability_zones" "this" {
  count = local.create && var.availability_zones == null ? 1 : 0

  # The zones' state is not a filter, because an outage of a zone would then move the subnets to other zones. Local
  # zones are left out, because they lack MWAA, NAT gateways and most endpoints.
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

# The state keeps the zones, as it keeps the region (data.tf). Otherwise a zone that is new to the account could
# move the subnets, and with them the environment.
resource "terraform_data" "zones" {
  count = local.create && var.availability_zones == null ? 1 : 0
  input = slice(sort(data.aws_availability_zones.this[0].names), 0, 2)

  lifecycle {
    ignore_changes = [input]
  }
}

locals {
  create     = var.existing == null
  create_vpc = local.create && var.within == null
  vpc_id     = !local.create ? null : local.create_vpc ? aws_vpc.this[0].id : var.within.vpc_id

  zones = !local.create ? [] : (
    var.availability_zones == null ? terraform_data.zones[0].input : var.availability_zones
  )
  private_cidrs = { for index, zone in local.zones : zone => cidrsubnet(var.cidr_block, local.private_bits, index) }
  public_cidrs = {
    for index, zone in local.zones : zone => cidrsubnet(
      var.cidr_block, local.public_bits, local.first_public_part + index
    )
    if var.nat_gateways != "none"
  }

  # A private subnet gets a 16th of the VPC, in a smaller one an eighth or a quarter. The public ones share the last
  # such part, and no subnet is smaller than /28. A /26 is four such parts, and a /27 two.
  vpc_bits = tonumber(try(split("/", var.cidr_block)[1], 16))
  is_tiny  = local.vpc_bits > 25
  private_bits = (
    local.vpc_bits <= 20 ? 4 : local.vpc_bits <= 22 ? 3 : local.is_tiny && var.nat_gateways == "none" ? 1 : 2
  )
  public_bits       = local.vpc_bits <= 20 ? 8 : min(28 - local.vpc_bits, local.private_bits + 3)
  public_parts      = pow(2, local.public_bits - local.private_bits)
  first_public_part = local.is_tiny ? 2 : (pow(2, local.private_bits) - 1) * local.public_parts
  max_zones         = local.is_tiny ? 2 : min(6, pow(2, local.private_bits) - 1, local.public_parts)

  # AWS keeps five addresses of each subnet. MWAA takes one for each of its two endpoints, a scheduler and a worker.
  free_addresses   = pow(2, 32 - local.vpc_bits - local.private_bits) - 5 - length(local.created_interfaces)
  needed_addresses = var.uses.mwaa ? 4 : 1
  nat_zones = toset(
    var.nat_gateways == "none" ? [] :
    var.nat_gateways == "one" ? slice(local.zones, 0, min(1, length(local.zones))) : local.zones
  )
}

resource "aws_vpc" "this" {
  #checkov:skip=CKV2_AWS_11:flow_logs turns them on. They cost by volume, so the default is off.
  count = local.create_vpc ? 1 : 0

  cidr_block = var.cidr_block
  # MWAA's own endpoints and the interface endpoints are found by private names.
  enable_dns_hostnames = true
  enable_dns_support   = true
  tags                 = merge(var.tags, { Name = var.name })
}

# A network interface that sets no security group gets this one, which has no rules.
resource "aws_default_security_group" "this" {
  count = local.create_vpc ? 1 : 0

  vpc_id = aws_vpc.this[0].id
  tags   = merge(var.tags, { Name = "${var.name}-default" })
}

resource "aws_subnet" "private" {
  for_each = local.private_cidrs

  vpc_id            = local.vpc_id
  availability_zone = each.key
  cidr_block        = each.value
  tags              = merge(var.tags, { Name = "${var.name}-private-${each.key}" })
}

resource "aws_route_table" "private" {
  for_each = local.private_cidrs

  vpc_id = local.vpc_id
  tags   = merge(var.tags, { Name = "${var.name}-private-${each.key}" })
}

resource "aws_route_table_association" "private" {
  for_each = local.private_cidrs

  subnet_id      = aws_subnet.private[each.key].id
  route_table_id = aws_route_table.private[each.key].id
}

################################################################################
# Internet gateway and NAT gateways
# https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
################################################################################

resource "aws_internet_gateway" "this" {
  count = local.create_vpc && length(local.public_cidrs) > 0 ? 1 : 0

  vpc_id = local.vpc_id
  tags   = merge(var.tags, { Name = var.name })
}

# Only NAT gateways belong in these subnets, so no interface gets a public address automatically.
resource "aws_subnet" "public" {
  for_each = local.public_cidrs

  vpc_id            = local.vpc_id
  availability_zone = each.key
  cidr_block        = each.value
  tags              = merge(var.tags, { Name = "${var.name}-public-${each.key}" })
}

resource "aws_route_table" "public" {
  count = length(local.public_cidrs) > 0 ? 1 : 0

  vpc_id = local.vpc_id
  tags   = merge(var.tags, { Name = "${var.name}-public" })
}

resource "aws_route" "internet" {
  count = length(local.public_cidrs) > 0 ? 1 : 0

  route_table_id         = aws_route_table.public[0].id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = local.create_vpc ? aws_internet_gateway.this[0].id : var.within.internet_gateway_id
}

resource "aws_route_table_association" "public" {
  for_each = local.public_cidrs

  subnet_id      = aws_subnet.public[each.key].id
  route_table_id = aws_route_table.public[0].id
}

resource "aws_eip" "nat" {
  for_each = local.nat_zones

  domain = "vpc"
  tags   = merge(var.tags, { Name = "${var.name}-nat-${each.key}" })

  # An address can be attached, and given back, only while there is a gateway.
  depends_on = [aws_internet_gateway.this]
}

resource "aws_nat_gateway" "this" {
  for_each = local.nat_zones

  allocation_id = aws_eip.nat[each.key].allocation_id
  subnet_id     = aws_subnet.public[each.key].id
  tags          = merge(var.tags, { Name = "${var.name}-${each.key}" })

  depends_on = [aws_route.internet]
}

resource "aws_route" "nat" {
  for_each = length(local.nat_zones) > 0 ? local.private_cidrs : {}

  route_table_id         = aws_route_table.private[each.key].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id = aws_nat_gateway.this[
    var.nat_gateways == "one" ? local.zones[0] : each.key
  ].id
}

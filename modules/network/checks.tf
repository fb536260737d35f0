################################################################################
# A VPC that exists already: is it one for MWAA and the tasks?
# https://docs.aws.amazon.com/mwaa/latest/userguide/networking-about.html
################################################################################

# Not inside the check blocks: from there no later plan is ever empty, and the
# messages below are lost. By number, for ids may be known only after apply.
data "aws_vpc" "existing" {
  count = local._create ? 0 : 1
  id    = var.existing.vpc_id
}

locals {
  _existing_vpc_id     = local._create ? null : var.existing.vpc_id
  _existing_subnet_ids = local._create ? [] : var.existing.subnet_ids
}

data "aws_subnet" "existing" {
  count = length(local._existing_subnet_ids)
  id    = local._existing_subnet_ids[count.index]
}

# A subnet without a route table of its own goes by the VPC's main one.
data "aws_route_tables" "own" {
  count  = length(local._existing_subnet_ids)
  vpc_id = local._existing_vpc_id

  filter {
    name   = "association.subnet-id"
    values = [local._existing_subnet_ids[count.index]]
  }
}

data "aws_route_table" "existing" {
  count = length(local._existing_subnet_ids)
  route_table_id = (
    length(data.aws_route_tables.own[count.index].ids) > 0
    ? data.aws_route_tables.own[count.index].ids[0]
    : data.aws_vpc.existing[0].main_route_table_id
  )
}

# Which services they are for cannot be asked for without failing where one is
# missing, so they are counted.
data "aws_network_interfaces" "endpoints" {
  count = length(local._existing_subnet_ids)

  filter {
    name   = "subnet-id"
    values = [local._existing_subnet_ids[count.index]]
  }
  filter {
    name   = "interface-type"
    values = ["vpc_endpoint"]
  }
}

locals {
  _ways_out = {
    for index, id in local._existing_subnet_ids : id => {
      routes = [
        for route in data.aws_route_table.existing[index].routes : route
        if contains(["0.0.0.0/0"], route.cidr_block)
      ]
      s3_endpoint = anytrue([
        for route in data.aws_route_table.existing[index].routes :
        startswith(coalesce(route.destination_prefix_list_id, "-"), "pl-") &&
        startswith(coalesce(route.gateway_id, "-"), "vpce-")
      ])
      endpoints = length(data.aws_network_interfaces.endpoints[index].ids)
    }
  }
  _public_ids = [
    for id, way in local._ways_out : id
    if anytrue([for route in way.routes : startswith(coalesce(route.gateway_id, "-"), "igw-")])
  ]
  _ids_without_way_out = [
    for id, way in local._ways_out : id
    if length(way.routes) == 0 && !(
      way.s3_endpoint && way.endpoints >= length(local._interface_services)
    )
  ]
  _existing_zones = distinct(data.aws_subnet.existing[*].availability_zone)
}

check "two_private_subnets_in_two_zones" {
  assert {
    condition     = local._create || length(local._existing_subnet_ids) >= 2
    error_message = "existing.subnet_ids has ${length(local._existing_subnet_ids)} (${join(", ", local._existing_subnet_ids)}): MWAA needs two private subnets."
  }

  assert {
    condition     = local._create || length(local._existing_zones) >= 2
    error_message = "existing.subnet_ids: all lie in ${join(", ", local._existing_zones)}. MWAA needs two private subnets in two zones."
  }

  assert {
    condition     = alltrue([for subnet in data.aws_subnet.existing : subnet.vpc_id == local._existing_vpc_id])
    error_message = "existing.subnet_ids: ${join(", ", [for subnet in data.aws_subnet.existing : "${subnet.id} lies in ${subnet.vpc_id}" if subnet.vpc_id != local._existing_vpc_id])}, but existing.vpc_id = ${jsonencode(local._existing_vpc_id)}."
  }

  assert {
    condition     = length(local._public_ids) == 0
    error_message = "existing.subnet_ids: ${join(", ", local._public_ids)} has a route to an internet gateway, so it is public. MWAA does not start there; give private subnets."
  }
}

check "dns_host_names" {
  assert {
    condition     = alltrue([for vpc in data.aws_vpc.existing : vpc.enable_dns_hostnames && vpc.enable_dns_support])
    error_message = "existing.vpc_id = ${jsonencode(local._existing_vpc_id)}: DNS host names or DNS resolution is off there, so neither MWAA nor a task finds the VPC's endpoints. Say: aws ec2 modify-vpc-attribute --vpc-id ${local._create ? "" : local._existing_vpc_id} --enable-dns-hostnames, and the same with --enable-dns-support."
  }
}

check "a_way_out_or_the_endpoints" {
  assert {
    condition     = length(local._ids_without_way_out) == 0
    error_message = "existing.subnet_ids: ${join(", ", local._ids_without_way_out)} has neither a default route (to a NAT gateway, for one) nor an endpoint for S3 and ${length(local._interface_services)} interface endpoints: ${join(", ", sort(local._interface_services))}. Images, logs and MWAA's queue cannot be reached."
  }
}

################################################################################
# Checks of an existing VPC
# https://docs.aws.amazon.com/mwaa/latest/userguide/networking-about.html
################################################################################

# The data sources stand outside the check blocks. Inside, no later plan would be empty, and the messages below
# would be lost.
data "aws_vpc" "existing" {
  count = local.create ? 0 : 1
  id    = var.existing.vpc_id
}

locals {
  existing_vpc_id     = local.create ? null : var.existing.vpc_id
  existing_subnet_ids = local.create ? [] : var.existing.subnet_ids
}

data "aws_subnet" "existing" {
  count = length(local.existing_subnet_ids)
  id    = local.existing_subnet_ids[count.index]
}

# A subnet without a route table of its own uses the VPC's main route table.
data "aws_route_tables" "own" {
  count  = length(local.existing_subnet_ids)
  vpc_id = local.existing_vpc_id

  filter {
    name   = "association.subnet-id"
    values = [local.existing_subnet_ids[count.index]]
  }
}

data "aws_route_table" "existing" {
  count = length(local.existing_subnet_ids)
  route_table_id = (
    length(data.aws_route_tables.own[count.index].ids) > 0
    ? data.aws_route_tables.own[count.index].ids[0]
    : data.aws_vpc.existing[0].main_route_table_id
  )
}

# Tables with a route to a deleted target. `aws_route_table` does not show the state of a route.
data "aws_route_tables" "blackhole" {
  count  = local.create ? 0 : 1
  vpc_id = local.existing_vpc_id

  filter {
    name   = "route.state"
    values = ["blackhole"]
  }
}

locals {
  _routes = {
    for index, id in local.existing_subnet_ids : id => data.aws_route_table.existing[index].routes
  }
  # A route to an internet gateway makes a subnet public, however few addresses it is for.
  # https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html#subnet-types
  public_subnet_ids = [
    for id, routes in local._routes : id
    if anytrue([for route in routes : startswith(coalesce(route.gateway_id, "-"), "igw-")])
  ]

  # A default route can be two halves. In a table with a blackhole, a default route counts as the deleted one if the
  # table has no other routes.
  _default_blocks = ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1"]
  _outward_blocks = {
    for index, id in local.existing_subnet_ids : id => (
      contains(flatten(data.aws_route_tables.blackhole[*].ids), data.aws_route_table.existing[index].route_table_id) &&
      alltrue([for route in local._routes[id] : contains(local._default_blocks, coalesce(route.cidr_block, "-"))])
      ? [] : local._routes[id][*].cidr_block
    )
  }
  subnet_ids_without_default_route = [
    for id, blocks in local._outward_blocks : id
    if !contains(blocks, "0.0.0.0/0") && !(contains(blocks, "0.0.0.0/1") && contains(blocks, "128.0.0.0/1"))
  ]
  existing_zones = distinct(data.aws_subnet.existing[*].availability_zone)
}

################################################################################
# Endpoints of an existing VPC, which subnets without a default route depend on
# https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
################################################################################

locals {
  # `&&` would be unknown with an unknown side, in Terraform before 1.12.
  needs_endpoints = (
    try(var.existing.check_endpoints, false) ? length(local.subnet_ids_without_default_route) > 0 : false
  )
}

# `aws_vpc_endpoint` fails if a service has no endpoint. So the endpoints are found by their network interfaces, whose
# descriptions end with the endpoints' ids.
data "aws_network_interfaces" "endpoints" {
  count = local.needs_endpoints ? 1 : 0

  filter {
    name   = "vpc-id"
    values = [local.existing_vpc_id]
  }
  filter {
    name   = "description"
    values = ["VPC Endpoint Interface*"]
  }
}

data "aws_network_interface" "endpoint" {
  for_each = toset(flatten(data.aws_network_interfaces.endpoints[*].ids))
  id       = each.key
}

# This account cannot read the endpoints of other accounts that share the VPC.
data "aws_vpc_endpoint" "existing" {
  for_each = toset(flatten([
    for interface in data.aws_network_interface.endpoint :
    regexall("vpce-[0-9a-f]+", interface.description) if interface.owner_id == local.account_id
  ]))
  id = each.key
}

data "aws_prefix_list" "gateway" {
  for_each = toset(local.needs_endpoints ? local.gateway_services : [])
  name     = local.service_names[each.key]
}

# `aws_route_table` does not show the routes to gateway endpoints.
# https://github.com/hashicorp/terraform-provider-aws/issues/40624
data "aws_route_tables" "to_gateway" {
  for_each = data.aws_prefix_list.gateway
  vpc_id   = local.existing_vpc_id

  filter {
    name   = "route.destination-prefix-list-id"
    values = [each.value.id]
  }
}

locals {
  # A private name is known in the whole VPC, so one endpoint serves all its subnets.
  _existing_endpoints = {
    for service in concat(local.gateway_services, local.interface_services) : service => [
      for endpoint in data.aws_vpc_endpoint.existing : endpoint
      if endpoint.service_name == local.service_names[service] &&
      endpoint.vpc_endpoint_type == "Interface" && lower(endpoint.state) == "available"
    ]
  }
  endpoints_without_private_dns = {
    for service, endpoints in local._existing_endpoints : service => endpoints[*].id
    if length(endpoints) > 0 && !anytrue(endpoints[*].private_dns_enabled)
  }
  missing_interfaces = local.needs_endpoints ? [
    for service in local.interface_services : service
    if length(local._existing_endpoints[service]) == 0
  ] : []
  missing_gateways = {
    for service in(local.needs_endpoints ? local.gateway_services : []) : service => [
      for index, id in local.existing_subnet_ids : id
      if contains(local.subnet_ids_without_default_route, id) && !contains(
        data.aws_route_tables.to_gateway[service].ids,
        data.aws_route_table.existing[index].route_table_id,
      )
    ] if !anytrue(local._existing_endpoints[service][*].private_dns_enabled)
  }
  no_default_route = join(" ", [
    "existing.subnet_ids: ${join(", ", local.subnet_ids_without_default_route)} has no default route to what exists,",
    "for example to a NAT gateway",
  ])
}

check "two_private_subnets_in_two_zones" {
  assert {
    condition = local.create || length(local.existing_subnet_ids) >= 2
    error_message = join(" ", [
      "existing.subnet_ids has ${length(local.existing_subnet_ids)} (${join(", ", local.existing_subnet_ids)}): MWAA",
      "needs two private subnets. Add a subnet of another zone.",
    ])
  }

  assert {
    condition = local.create || length(local.existing_subnet_ids) < 2 || length(local.existing_zones) >= 2
    error_message = join(" ", [
      "existing.subnet_ids: ${join(" and ", local.existing_subnet_ids)} are all in",
      "${join(", ", local.existing_zones)}. MWAA needs two private subnets in two zones. Replace one of them.",
    ])
  }

  assert {
    condition = alltrue([for subnet in data.aws_subnet.existing : subnet.vpc_id == local.existing_vpc_id])
    error_message = join(" ", [
      "existing.subnet_ids: ${join(", ", [
        for subnet in data.aws_subnet.existing : "${subnet.id} is in ${subnet.vpc_id}"
        if subnet.vpc_id != local.existing_vpc_id
      ])}, but existing.vpc_id is ${jsonencode(local.existing_vpc_id)}. Set subnets of that VPC.",
    ])
  }

  assert {
    condition = length(local.public_subnet_ids) == 0
    error_message = join(" ", [
      "existing.subnet_ids: ${join(", ", local.public_subnet_ids)} has a route to an internet gateway, so it is",
      "public. MWAA does not start there. Set private subnets.",
    ])
  }
}

check "free_addresses" {
  assert {
    condition = alltrue([for subnet in data.aws_subnet.existing : subnet.available_ip_address_count > 0])
    error_message = join(" ", [
      "existing.subnet_ids: ${join(", ", [
        for subnet in data.aws_subnet.existing : subnet.id if subnet.available_ip_address_count == 0
      ])} has no free address. MWAA and each task take addresses there. Set other subnets, or free some.",
    ])
  }
}

check "dns_host_names" {
  assert {
    condition = alltrue([for vpc in data.aws_vpc.existing : vpc.enable_dns_hostnames && vpc.enable_dns_support])
    error_message = join(" ", [
      "existing.vpc_id is ${jsonencode(local.existing_vpc_id)}. DNS host names or DNS resolution is off there, so",
      "neither MWAA nor a task finds the VPC's endpoints. Run: aws ec2 modify-vpc-attribute --vpc-id",
      "${local.create ? "" : local.existing_vpc_id} --enable-dns-hostnames, and the same with --enable-dns-support.",
    ])
  }
}

check "a_way_out_or_the_endpoints" {
  assert {
    condition = length(local.missing_interfaces) == 0
    error_message = join(" ", [
      "${local.no_default_route}, and ${coalesce(local.existing_vpc_id, "-")} has no interface endpoint for",
      "${join(", ", sort(local.missing_interfaces))}. MWAA and the tasks do not reach them. Create",
      "${join(", ", [for service in sort(local.missing_interfaces) : local.service_names[service]])}.",
    ])
  }

  assert {
    condition = length(local.endpoints_without_private_dns) == 0
    error_message = join(" ", [
      "${local.no_default_route}, and private DNS is off at",
      "${join(", ", [
        for service, ids in local.endpoints_without_private_dns : "${join(", ", ids)} (${service})"
      ])}: clients do not find the endpoint. Run: aws ec2 modify-vpc-endpoint --vpc-endpoint-id",
      "${try(values(local.endpoints_without_private_dns)[0][0], "<id>")} --private-dns-enabled.",
    ])
  }

  assert {
    condition = length(flatten(values(local.missing_gateways))) == 0
    error_message = join(" ", concat(
      [for service, ids in local.missing_gateways : join(" ", [
        "existing.subnet_ids: ${join(", ", ids)} has neither a default route nor a route to an endpoint for",
        "${service}: create the gateway endpoint ${local.service_names[service]}, or add the subnet's route table",
        "to it.",
      ]) if length(ids) > 0],
      ["Images, DAGs and other objects there cannot be reached."],
    ))
  }
}

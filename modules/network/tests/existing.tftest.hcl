# No credentials and no calls: `terraform init && terraform test` in this folder.
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "testing"
  secret_key                  = "testing"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  name       = "airflow"
  region     = "eu-west-1"
  account_id = "123456789012"
  partition  = "aws"
  existing   = { vpc_id = "vpc-1", subnet_ids = ["subnet-1", "subnet-2"] }
}

# A valid VPC. The runs below break it.
override_data {
  target = data.aws_vpc.existing
  values = {
    id                   = "vpc-1"
    enable_dns_hostnames = true
    enable_dns_support   = true
    main_route_table_id  = "rtb-main"
  }
}
override_data {
  target = data.aws_subnet.existing[0]
  values = { id = "subnet-1", vpc_id = "vpc-1", availability_zone = "eu-west-1a", available_ip_address_count = 9 }
}
override_data {
  target = data.aws_subnet.existing[1]
  values = { id = "subnet-2", vpc_id = "vpc-1", availability_zone = "eu-west-1b", available_ip_address_count = 9 }
}
override_data {
  target = data.aws_route_tables.blackhole
  values = { ids = [] }
}
override_data {
  target = data.aws_route_tables.own
  values = { ids = ["rtb-1"] }
}
override_data {
  target = data.aws_route_table.existing
  values = { routes = [{
    cidr_block                 = "0.0.0.0/0",
    nat_gateway_id             = "nat-1",
    gateway_id                 = "",
    carrier_gateway_id         = "",
    core_network_arn           = "",
    destination_prefix_list_id = "", egress_only_gateway_id = "", instance_id = "", ipv6_cidr_block = "",
    local_gateway_id           = "",
    network_interface_id       = "",
    transit_gateway_id         = "",
    vpc_endpoint_id            = "",
    vpc_peering_connection_id  = "",
  }] }
}

# A VPC without a default route, with endpoints for ECS and logs, and S3's in both route tables.
override_data {
  target = data.aws_network_interfaces.endpoints
  values = { ids = ["eni-1", "eni-2"] }
}
override_data {
  target = data.aws_network_interface.endpoint["eni-1"]
  values = { description = "VPC Endpoint Interface vpce-0ec5", owner_id = "123456789012" }
}
override_data {
  target = data.aws_network_interface.endpoint["eni-2"]
  values = { description = "VPC Endpoint Interface vpce-0109", owner_id = "123456789012" }
}
override_data {
  target = data.aws_vpc_endpoint.existing["vpce-0ec5"]
  values = {
    id                  = "vpce-0ec5"
    service_name        = "com.amazonaws.eu-west-1.ecs"
    vpc_endpoint_type   = "Interface"
    private_dns_enabled = true
    state               = "available"
  }
}
override_data {
  target = data.aws_vpc_endpoint.existing["vpce-0109"]
  values = {
    id                  = "vpce-0109"
    service_name        = "com.amazonaws.eu-west-1.logs"
    vpc_endpoint_type   = "Interface"
    private_dns_enabled = true
    state               = "available"
  }
}
override_data {
  target = data.aws_prefix_list.gateway
  values = { id = "pl-1" }
}
override_data {
  target = data.aws_route_tables.to_gateway
  values = { ids = ["rtb-1"] }
}

run "a_vpc_as_it_should_be_passes_and_two_halves_to_a_transit_gateway_are_a_default_route" {
  command = plan

  override_data {
    target = data.aws_route_table.existing[1]
    values = { routes = [
      {
        cidr_block                 = "0.0.0.0/1"
        gateway_id                 = ""
        nat_gateway_id             = ""
        carrier_gateway_id         = ""
        core_network_arn           = ""
        destination_prefix_list_id = ""
        egress_only_gateway_id     = ""
        instance_id                = ""
        ipv6_cidr_block            = ""
        local_gateway_id           = ""
        network_interface_id       = ""
        transit_gateway_id         = "tgw-1"
        vpc_endpoint_id            = ""
        vpc_peering_connection_id  = ""
      },
      {
        cidr_block                 = "128.0.0.0/1"
        gateway_id                 = ""
        nat_gateway_id             = ""
        carrier_gateway_id         = ""
        core_network_arn           = ""
        destination_prefix_list_id = ""
        egress_only_gateway_id     = ""
        instance_id                = ""
        ipv6_cidr_block            = ""
        local_gateway_id           = ""
        network_interface_id       = ""
        transit_gateway_id         = "tgw-1"
        vpc_endpoint_id            = ""
        vpc_peering_connection_id  = ""
      },
    ] }
  }

  assert {
    condition = (
      length(aws_vpc.this) == 0 &&
      length(aws_vpc_endpoint.gateway) == 0 &&
      join(" ", output.private_subnet_ids) == "subnet-1 subnet-2"
    )
    error_message = "Something is made, or the subnets are others."
  }

  assert {
    condition     = length(data.aws_network_interfaces.endpoints) == 0 && length(data.aws_route_tables.to_gateway) == 0
    error_message = "Endpoints are looked for though there is a default route."
  }

  assert {
    condition     = length(local.subnet_ids_without_default_route) == 0
    error_message = "They are taken for none."
  }
}

run "no_way_out_and_no_endpoints_is_told" {
  command         = plan
  expect_failures = [check.a_way_out_or_the_endpoints]

  override_data {
    target = data.aws_route_table.existing
    values = { routes = [], route_table_id = "rtb-1" }
  }
  override_data {
    target = data.aws_network_interfaces.endpoints
    values = { ids = [] }
  }
  override_data {
    target = data.aws_route_tables.to_gateway
    values = { ids = [] }
  }

  assert {
    condition = (
      length(local.missing_interfaces) == 11 &&
      local.missing_gateways == { s3 = ["subnet-1", "subnet-2"] }
    )
    error_message = "Others are named: ${jsonencode([local.missing_interfaces, local.missing_gateways])}"
  }
}

run "the_endpoints_that_are_used_do_instead_of_a_way_out" {
  command = plan

  variables {
    uses = { mwaa = false, ecr = false, ssm = false }
  }

  override_data {
    target = data.aws_route_table.existing
    values = { routes = [], route_table_id = "rtb-1" }
  }
}

run "an_endpoint_that_is_missing_one_without_its_private_name_and_a_table_without_s3_are_named" {
  command         = plan
  expect_failures = [check.a_way_out_or_the_endpoints]

  variables {
    uses = { mwaa = false, ecr = false, ssm = true }
  }

  override_data {
    target = data.aws_route_table.existing
    values = { routes = [], route_table_id = "rtb-1" }
  }

  override_data {
    target = data.aws_route_tables.own[1]
    values = { ids = ["rtb-2"] }
  }

  override_data {
    target = data.aws_route_table.existing[1]
    values = { routes = [], route_table_id = "rtb-2" }
  }

  override_data {
    target = data.aws_vpc_endpoint.existing["vpce-0109"]
    values = {
      id                  = "vpce-0109"
      service_name        = "com.amazonaws.eu-west-1.logs"
      vpc_endpoint_type   = "Interface"
      private_dns_enabled = false
      state               = "available"
    }
  }

  assert {
    condition     = local.missing_interfaces == tolist(["ssm"])
    error_message = "Others are named as missing: ${jsonencode(local.missing_interfaces)}"
  }

  assert {
    condition     = local.endpoints_without_private_dns == { logs = ["vpce-0109"] }
    error_message = "Others are named as without a private name: ${jsonencode(local.endpoints_without_private_dns)}"
  }

  assert {
    condition     = local.missing_gateways == { s3 = ["subnet-2"] }
    error_message = "Other subnets are named: ${jsonencode(local.missing_gateways)}"
  }
}

run "an_endpoint_that_is_not_yet_there_is_missing_and_one_of_another_account_is_not_asked_about" {
  command         = plan
  expect_failures = [check.a_way_out_or_the_endpoints]

  variables {
    uses = { mwaa = false, ecr = false, ssm = false }
  }

  override_data {
    target = data.aws_route_table.existing
    values = { routes = [], route_table_id = "rtb-1" }
  }

  override_data {
    target = data.aws_vpc_endpoint.existing["vpce-0109"]
    values = {
      id                  = "vpce-0109"
      service_name        = "com.amazonaws.eu-west-1.logs"
      vpc_endpoint_type   = "Interface"
      private_dns_enabled = true
      state               = "pendingAcceptance"
    }
  }

  override_data {
    target = data.aws_network_interface.endpoint["eni-1"]
    values = { description = "VPC Endpoint Interface vpce-0ec5", owner_id = "999999999999" }
  }

  assert {
    condition     = keys(data.aws_vpc_endpoint.existing) == ["vpce-0109"]
    error_message = "It is asked about, which fails."
  }

  assert {
    condition     = toset(local.missing_interfaces) == toset(["ecs", "logs"])
    error_message = "Others are missing: ${jsonencode(local.missing_interfaces)}"
  }
}

run "only_the_subnet_without_a_default_route_needs_the_route_to_s3" {
  command = plan

  variables {
    uses = { mwaa = false, ecr = false, ssm = false }
  }

  override_data {
    target = data.aws_route_tables.own[1]
    values = { ids = ["rtb-2"] }
  }
  override_data {
    target = data.aws_route_table.existing[0]
    values = { routes = [], route_table_id = "rtb-1" }
  }
}

run "a_narrow_route_to_an_internet_gateway_makes_a_subnet_public_and_one_to_a_deleted_gateway_is_no_way_out" {
  command         = plan
  expect_failures = [check.two_private_subnets_in_two_zones, check.a_way_out_or_the_endpoints]

  override_data {
    target = data.aws_route_table.existing[0]
    values = { routes = [
      {
        cidr_block                 = "0.0.0.0/0"
        gateway_id                 = ""
        nat_gateway_id             = "nat-1"
        carrier_gateway_id         = ""
        core_network_arn           = ""
        destination_prefix_list_id = ""
        egress_only_gateway_id     = ""
        instance_id                = ""
        ipv6_cidr_block            = ""
        local_gateway_id           = ""
        network_interface_id       = ""
        transit_gateway_id         = ""
        vpc_endpoint_id            = ""
        vpc_peering_connection_id  = ""
      },
      {
        cidr_block                 = "198.51.100.0/24"
        gateway_id                 = "igw-1"
        nat_gateway_id             = ""
        carrier_gateway_id         = ""
        core_network_arn           = ""
        destination_prefix_list_id = ""
        egress_only_gateway_id     = ""
        instance_id                = ""
        ipv6_cidr_block            = ""
        local_gateway_id           = ""
        network_interface_id       = ""
        transit_gateway_id         = ""
        vpc_endpoint_id            = ""
        vpc_peering_connection_id  = ""
      },
    ] }
  }

  override_data {
    target = data.aws_route_table.existing[1]
    values = { route_table_id = "rtb-2", routes = [{
      cidr_block                 = "0.0.0.0/0"
      gateway_id                 = ""
      nat_gateway_id             = "nat-1"
      carrier_gateway_id         = ""
      core_network_arn           = ""
      destination_prefix_list_id = ""
      egress_only_gateway_id     = ""
      instance_id                = ""
      ipv6_cidr_block            = ""
      local_gateway_id           = ""
      network_interface_id       = ""
      transit_gateway_id         = ""
      vpc_endpoint_id            = ""
      vpc_peering_connection_id  = ""
    }] }
  }

  override_data {
    target = data.aws_route_tables.own[1]
    values = { ids = ["rtb-2"] }
  }

  override_data {
    target = data.aws_route_tables.blackhole
    values = { ids = ["rtb-2"] }
  }

  override_data {
    target = data.aws_network_interfaces.endpoints
    values = { ids = [] }
  }

  override_data {
    target = data.aws_route_tables.to_gateway
    values = { ids = [] }
  }

  assert {
    condition = (
      local.public_subnet_ids == ["subnet-1"] && local.subnet_ids_without_default_route == ["subnet-2"]
    )
    error_message = "Others are: ${jsonencode([local.public_subnet_ids, local.subnet_ids_without_default_route])}"
  }
}

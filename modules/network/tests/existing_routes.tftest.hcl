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

# A VPC as it should be; each run below spoils one thing of it.
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

# It has no endpoints.
override_data {
  target = data.aws_network_interfaces.endpoints
  values = { ids = [] }
}
override_data {
  target = data.aws_prefix_list.gateway
  values = { id = "pl-1" }
}
override_data {
  target = data.aws_route_tables.to_gateway
  values = { ids = [] }
}

run "a_narrow_route_to_an_internet_gateway_makes_a_subnet_public" {
  command         = plan
  expect_failures = [check.two_private_subnets_in_two_zones]

  override_data {
    target = data.aws_route_table.existing
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
}

run "two_halves_to_a_transit_gateway_are_a_default_route" {
  command = plan

  override_data {
    target = data.aws_route_table.existing
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
    condition     = length(local.subnet_ids_without_default_route) == 0
    error_message = "They are taken for none."
  }
}

run "a_route_to_a_deleted_gateway_is_no_way_out" {
  command         = plan
  expect_failures = [check.a_way_out_or_the_endpoints]

  override_data {
    target = data.aws_route_table.existing
    values = { route_table_id = "rtb-1", routes = [{
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
    target = data.aws_route_tables.blackhole
    values = { ids = ["rtb-1"] }
  }
}

run "a_subnet_without_free_addresses_is_named" {
  command         = plan
  expect_failures = [check.free_addresses]

  override_data {
    target = data.aws_subnet.existing[1]
    values = { id = "subnet-2", vpc_id = "vpc-1", availability_zone = "eu-west-1b", available_ip_address_count = 0 }
  }
}

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
  values = { id = "subnet-1", vpc_id = "vpc-1", availability_zone = "eu-west-1a" }
}
override_data {
  target = data.aws_subnet.existing[1]
  values = { id = "subnet-2", vpc_id = "vpc-1", availability_zone = "eu-west-1b" }
}
override_data {
  target = data.aws_route_tables.own
  values = { ids = ["rtb-1"] }
}
override_data {
  target = data.aws_route_table.existing
  values = { routes = [{
    cidr_block                 = "0.0.0.0/0", nat_gateway_id = "nat-1", gateway_id = "", carrier_gateway_id = "", core_network_arn = "",
    destination_prefix_list_id = "", egress_only_gateway_id = "", instance_id = "", ipv6_cidr_block = "",
    local_gateway_id           = "", network_interface_id = "", transit_gateway_id = "", vpc_endpoint_id = "", vpc_peering_connection_id = "",
  }] }
}
override_data {
  target = data.aws_network_interfaces.endpoints
  values = { ids = [] }
}

run "a_vpc_as_it_should_be_passes_and_nothing_is_made" {
  command = plan

  assert {
    condition     = length(aws_vpc.this) == 0 && length(aws_vpc_endpoint.s3) == 0 && join(" ", output.private_subnet_ids) == "subnet-1 subnet-2"
    error_message = "Something is made, or the subnets are others."
  }
}

run "one_subnet_is_told" {
  command         = plan
  expect_failures = [check.two_private_subnets_in_two_zones]

  variables {
    existing = { vpc_id = "vpc-1", subnet_ids = ["subnet-1"] }
  }
}

run "two_subnets_in_one_zone_are_told" {
  command         = plan
  expect_failures = [check.two_private_subnets_in_two_zones]

  override_data {
    target = data.aws_subnet.existing[1]
    values = { id = "subnet-2", vpc_id = "vpc-1", availability_zone = "eu-west-1a" }
  }
}

run "a_subnet_of_another_vpc_is_told" {
  command         = plan
  expect_failures = [check.two_private_subnets_in_two_zones]

  override_data {
    target = data.aws_subnet.existing[1]
    values = { id = "subnet-2", vpc_id = "vpc-2", availability_zone = "eu-west-1b" }
  }
}

run "a_public_subnet_is_told" {
  command         = plan
  expect_failures = [check.two_private_subnets_in_two_zones]

  override_data {
    target = data.aws_route_table.existing
    values = { routes = [{
      cidr_block                 = "0.0.0.0/0", nat_gateway_id = "", gateway_id = "igw-1", carrier_gateway_id = "", core_network_arn = "",
      destination_prefix_list_id = "", egress_only_gateway_id = "", instance_id = "", ipv6_cidr_block = "",
      local_gateway_id           = "", network_interface_id = "", transit_gateway_id = "", vpc_endpoint_id = "", vpc_peering_connection_id = "",
    }] }
  }
}

run "dns_host_names_that_are_off_are_told" {
  command         = plan
  expect_failures = [check.dns_host_names]

  override_data {
    target = data.aws_vpc.existing
    values = { id = "vpc-1", enable_dns_hostnames = false, enable_dns_support = true, main_route_table_id = "rtb-main" }
  }
}

run "no_way_out_and_no_endpoints_is_told" {
  command         = plan
  expect_failures = [check.a_way_out_or_the_endpoints]

  override_data {
    target = data.aws_route_table.existing
    values = { routes = [] }
  }
}

run "the_endpoints_do_instead_of_a_way_out" {
  command = plan

  override_data {
    target = data.aws_route_table.existing
    values = { routes = [{
      cidr_block                 = "", nat_gateway_id = "", gateway_id = "vpce-1", carrier_gateway_id = "", core_network_arn = "",
      destination_prefix_list_id = "pl-1", egress_only_gateway_id = "", instance_id = "", ipv6_cidr_block = "",
      local_gateway_id           = "", network_interface_id = "", transit_gateway_id = "", vpc_endpoint_id = "", vpc_peering_connection_id = "",
    }] }
  }
  override_data {
    target = data.aws_network_interfaces.endpoints
    values = { ids = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"] }
  }
}

run "flow_logs_of_a_vpc_that_exists_are_refused" {
  command         = plan
  expect_failures = [var.existing]

  variables {
    flow_logs = {}
  }
}

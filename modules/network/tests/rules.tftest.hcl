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
  name               = "airflow"
  availability_zones = ["eu-west-1a", "eu-west-1b"]
  region             = "eu-west-1"
  account_id         = "123456789012"
  partition          = "aws"
}

run "three_zones_are_legal" {
  command = plan

  variables {
    availability_zones = ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
  }
}

run "a_27_has_no_room_for_mwaa_beside_its_endpoints" {
  command         = plan
  expect_failures = [aws_security_group.endpoints]

  variables {
    cidr_block   = "10.0.0.0/27"
    nat_gateways = "none"
  }
}

run "a_27_has_room_for_the_endpoints_of_tasks" {
  command = plan

  variables {
    cidr_block   = "10.0.0.0/27"
    nat_gateways = "none"
    uses         = { mwaa = false }
  }

  assert {
    condition     = values(aws_subnet.private)[*].cidr_block == ["10.0.0.0/28", "10.0.0.16/28"]
    error_message = "The subnets are others."
  }
}

run "a_27_of_a_vpc_with_its_own_endpoints_has_room_for_mwaa" {
  command = plan

  variables {
    cidr_block   = "10.0.0.0/27"
    nat_gateways = "none"
    within       = { vpc_id = "vpc-1" }
    uses         = { interface_endpoints = false }
  }
}

run "a_26_has_two_private_and_two_public_subnets" {
  command = plan

  variables {
    cidr_block   = "10.0.0.0/26"
    nat_gateways = "per_zone"
  }

  assert {
    condition = (
      values(aws_subnet.private)[*].cidr_block == ["10.0.0.0/28", "10.0.0.16/28"] &&
      values(aws_subnet.public)[*].cidr_block == ["10.0.0.32/28", "10.0.0.48/28"]
    )
    error_message = "The subnets are others."
  }
}

run "a_26_without_nat_gateways_has_room_for_mwaa_and_its_endpoints" {
  command = plan

  variables {
    cidr_block   = "10.0.0.0/26"
    nat_gateways = "none"
  }

  assert {
    condition     = values(aws_subnet.private)[*].cidr_block == ["10.0.0.0/27", "10.0.0.32/27"]
    error_message = "The subnets are others."
  }
}

run "a_20_is_the_smallest" {
  command = plan

  variables {
    cidr_block = "10.0.0.0/20"
  }

  assert {
    condition = (
      aws_subnet.private["eu-west-1b"].cidr_block == "10.0.1.0/24" &&
      aws_subnet.public["eu-west-1b"].cidr_block == "10.0.15.16/28"
    )
    error_message = "The subnets are others."
  }
}

run "a_policy_for_a_service_that_is_used_is_legal_beside_a_nat_gateway_too" {
  command = plan

  variables {
    endpoint_policies = { "ecr.api" = "{\"Statement\":[]}" }
  }
}

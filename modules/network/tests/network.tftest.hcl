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

run "by_default_two_private_subnets_share_one_nat_gateway" {
  command = plan

  assert {
    condition = { for zone, subnet in aws_subnet.private : zone => subnet.cidr_block } == {
      eu-west-1a = "10.192.0.0/20"
      eu-west-1b = "10.192.16.0/20"
    }
    error_message = "The private subnets are others."
  }

  assert {
    condition     = keys(aws_nat_gateway.this) == ["eu-west-1a"] && length(aws_route.nat) == 2
    error_message = "There is not one NAT gateway for both."
  }

  assert {
    condition     = aws_vpc.this[0].enable_dns_hostnames && aws_vpc.this[0].enable_dns_support
    error_message = "DNS host names are off: endpoints are not found."
  }

  assert {
    condition     = join(" ", output.endpoint_services) == "s3"
    error_message = "There are other endpoints than S3's: ${jsonencode(output.endpoint_services)}"
  }

  assert {
    condition = alltrue([
      for subnet in merge(aws_subnet.private, aws_subnet.public) :
      subnet.map_public_ip_on_launch != true
    ])
    error_message = "A subnet gives public addresses away."
  }

  assert {
    condition     = length(aws_flow_log.this) == 0
    error_message = "Flow logs are written though nobody asked."
  }
}

run "each_zone_can_have_its_own_nat_gateway_s3_s_policy_can_be_replaced_and_the_longest_name_has_a_role" {
  command = plan

  variables {
    name               = "airflow-airflow-airflow-airflow-airflow-airflow-"
    region             = "ap-southeast-1"
    availability_zones = ["ap-southeast-1a", "ap-southeast-1b", "ap-southeast-1c"]
    nat_gateways       = "per_zone"
    flow_logs          = {}
    endpoint_policies = {
      s3 = "{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"s3:GetObject\",\"Resource\":\"*\"}]}"
    }
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 3 && length(aws_eip.nat) == 3 && length(aws_route.nat) == 3
    error_message = "There are ${length(aws_nat_gateway.this)} NAT gateways."
  }

  assert {
    condition     = jsondecode(output.endpoint_policies.s3).Statement[0].Action == "s3:GetObject"
    error_message = "The policy is another: ${output.endpoint_policies.s3}"
  }

  assert {
    condition = (
      length(aws_iam_role.flow[0].name) == 64 &&
      can(regex("^airflow-airflow-.*-[0-9a-f]{6}-flow-logs-ap-southeast-1$", aws_iam_role.flow[0].name))
    )
    error_message = "The role is ${aws_iam_role.flow[0].name}."
  }
}

run "without_nat_there_is_no_way_to_the_internet_but_every_endpoint_that_mwaa_documents" {
  command = plan

  variables {
    nat_gateways = "none"
  }

  assert {
    condition = (
      length(aws_internet_gateway.this) == 0 &&
      length(aws_nat_gateway.this) == 0 &&
      length(aws_subnet.public) == 0 &&
      length(aws_eip.nat) == 0
    )
    error_message = "There is a way out."
  }

  assert {
    condition = output.endpoint_services == tolist([
      "s3", "airflow.api", "airflow.env", "airflow.ops", "ecr.api", "ecr.dkr", "ecs", "kms",
      "logs", "monitoring", "sqs", "ssm",
    ])
    error_message = "The endpoints are others: ${jsonencode(output.endpoint_services)}"
  }

  assert {
    condition = alltrue([
      for service, endpoint in aws_vpc_endpoint.interface :
      endpoint.service_name == "com.amazonaws.eu-west-1.${service}" &&
      endpoint.private_dns_enabled
    ])
    error_message = "A service's name is wrong, or its private name is off."
  }

  assert {
    condition = (
      aws_vpc_security_group_ingress_rule.endpoints[0].from_port == 443 &&
      aws_vpc_security_group_ingress_rule.endpoints[0].cidr_ipv4 == "10.192.0.0/16"
    )
    error_message = "The VPC does not reach the endpoints by HTTPS."
  }
}

run "the_endpoints_follow_from_what_is_used_and_a_27_has_room_for_those_of_tasks" {
  command = plan

  variables {
    cidr_block   = "10.0.0.0/27"
    nat_gateways = "none"
    uses         = { mwaa = false, ssm = false, secrets_manager = true, sts = true, others = ["athena"] }
  }

  assert {
    condition = output.endpoint_services == tolist([
      "s3", "athena", "ecr.api", "ecr.dkr", "ecs", "logs", "secretsmanager", "sts",
    ])
    error_message = "The endpoints are others: ${jsonencode(output.endpoint_services)}"
  }

  assert {
    condition     = values(aws_subnet.private)[*].cidr_block == ["10.0.0.0/28", "10.0.0.16/28"]
    error_message = "The subnets are others."
  }
}

run "dynamodb_gets_a_gateway_endpoint_and_a_26_has_two_private_and_two_public_subnets" {
  command = plan

  variables {
    cidr_block   = "10.0.0.0/26"
    nat_gateways = "per_zone"
    uses         = { others = ["dynamodb"] }
    # Nothing is created for it beside a NAT gateway, and that is accepted.
    endpoint_policies = { "ecr.api" = "{\"Statement\":[]}" }
  }

  assert {
    condition = (
      aws_vpc_endpoint.gateway["dynamodb"].service_name == "com.amazonaws.eu-west-1.dynamodb" &&
      aws_vpc_endpoint.gateway["dynamodb"].vpc_endpoint_type == "Gateway" && length(aws_vpc_endpoint.interface) == 0 &&
      output.endpoint_services == tolist(["dynamodb", "s3"])
    )
    error_message = "The endpoints are others: ${jsonencode(output.endpoint_services)}"
  }

  assert {
    condition = (
      jsondecode(output.endpoint_policies.dynamodb).Statement[0].Condition.StringEquals["aws:PrincipalAccount"]
      == "123456789012" &&
      length(jsondecode(output.endpoint_policies.s3).Statement) == 2
    )
    error_message = "A policy is another's: ${jsonencode(output.endpoint_policies)}"
  }

  assert {
    condition = (
      values(aws_subnet.private)[*].cidr_block == ["10.0.0.0/28", "10.0.0.16/28"] &&
      values(aws_subnet.public)[*].cidr_block == ["10.0.0.32/28", "10.0.0.48/28"]
    )
    error_message = "The subnets are others."
  }
}

run "endpoints_can_stand_beside_a_nat_gateway_and_a_20_is_shared_out" {
  command = plan

  variables {
    cidr_block = "10.0.0.0/20"
    uses       = { interface_endpoints = true }
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 1 && length(aws_vpc_endpoint.interface) == 11
    error_message = "There are ${length(aws_vpc_endpoint.interface)} interface endpoints."
  }

  assert {
    condition = (
      aws_subnet.private["eu-west-1b"].cidr_block == "10.0.1.0/24" &&
      aws_subnet.public["eu-west-1b"].cidr_block == "10.0.15.16/28"
    )
    error_message = "The subnets are others."
  }
}

run "no_endpoint_lets_everything_through_and_a_26_has_room_for_all" {
  command = plan

  variables {
    cidr_block   = "10.0.0.0/26"
    nat_gateways = "none"
    uses         = { secrets_manager = true, sts = true, others = ["athena"] }
  }

  assert {
    condition = alltrue(flatten([
      for service, policy in output.endpoint_policies : [
        for statement in jsondecode(policy).Statement :
        statement.Action != ["*"] || can(statement.Condition.StringEquals["aws:PrincipalAccount"])
      ]
    ]))
    error_message = "One lets anyone do anything: ${jsonencode(output.endpoint_policies)}"
  }

  assert {
    condition = (
      [for s in jsondecode(output.endpoint_policies.s3).Statement : s.Resource] == [
        ["*"], ["arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*"],
      ] &&
      jsondecode(output.endpoint_policies.s3).Statement[0].Condition.StringEquals["aws:ResourceAccount"]
      == "123456789012"
    )
    error_message = "S3's lets other buckets through: ${output.endpoint_policies.s3}"
  }

  assert {
    condition = (
      jsondecode(output.endpoint_policies.sqs).Statement[0].Resource
      == ["arn:aws:sqs:eu-west-1:*:airflow-celery-*"]
    )
    error_message = "SQS's lets other queues than MWAA's through: ${output.endpoint_policies.sqs}"
  }

  assert {
    condition = alltrue([
      for service in ["ecs", "ssm", "secretsmanager", "sts", "athena"] :
      jsondecode(output.endpoint_policies[service]).Statement[0].Condition.StringEquals["aws:PrincipalAccount"]
      == "123456789012"
    ])
    error_message = "Another account's keys are of use here."
  }

  # MWAA's containers run in an account of AWS's own and pull their image.
  assert {
    condition = alltrue([
      for service in ["ecr.api", "ecr.dkr", "logs", "kms"] :
      !can(jsondecode(output.endpoint_policies[service]).Statement[0].Condition)
    ])
    error_message = "MWAA itself is shut out."
  }

  assert {
    condition     = values(aws_subnet.private)[*].cidr_block == ["10.0.0.0/27", "10.0.0.32/27"]
    error_message = "The subnets are others."
  }
}

run "in_china_the_names_are_china_s" {
  command = plan

  variables {
    nat_gateways       = "none"
    region             = "cn-north-1"
    partition          = "aws-cn"
    availability_zones = ["cn-north-1a", "cn-north-1b"]
  }

  assert {
    condition = (
      aws_vpc_endpoint.interface["ecr.dkr"].service_name == "cn.com.amazonaws.cn-north-1.ecr.dkr" &&
      aws_vpc_endpoint.interface["airflow.api"].service_name == "cn.com.amazonaws.cn-north-1.airflow.api" &&
      aws_vpc_endpoint.interface["airflow.env"].service_name == "cn.com.amazonaws.cn-north-1.airflow.env" &&
      aws_vpc_endpoint.interface["logs"].service_name == "com.amazonaws.cn-north-1.logs"
    )
    error_message = "A service's name is another's partition."
  }

  assert {
    condition     = !contains(output.endpoint_services, "airflow.ops")
    error_message = "An endpoint is asked for that there is not."
  }

  assert {
    condition     = !strcontains(jsonencode(output.endpoint_policies), "arn:aws:")
    error_message = "An ARN is of another partition: ${jsonencode(output.endpoint_policies)}"
  }
}

run "in_govcloud_there_is_no_endpoint_of_mwaa_s_operations" {
  command = plan

  variables {
    nat_gateways       = "none"
    region             = "us-gov-west-1"
    partition          = "aws-us-gov"
    availability_zones = ["us-gov-west-1a", "us-gov-west-1b"]
  }

  assert {
    condition = (
      contains(output.endpoint_services, "airflow.env") &&
      !contains(output.endpoint_services, "airflow.ops")
    )
    error_message = "The endpoints are others: ${jsonencode(output.endpoint_services)}"
  }
}

run "an_outage_of_a_zone_does_not_move_the_subnets_of_a_27_with_its_own_endpoints_and_flow_logs" {
  command = plan

  variables {
    availability_zones = null
    cidr_block         = "10.0.0.0/27"
    nat_gateways       = "none"
    within             = { vpc_id = "vpc-1" }
    uses               = { interface_endpoints = false }
    flow_logs          = { retention_in_days = 7, traffic_type = "REJECT" }
  }

  override_data {
    target = data.aws_availability_zones.this
    values = { names = ["eu-west-1c", "eu-west-1b", "eu-west-1a"] }
  }

  assert {
    condition = (
      data.aws_availability_zones.this[0].state == null &&
      keys(aws_subnet.private) == ["eu-west-1a", "eu-west-1b"]
    )
    error_message = "Only zones that are available now are asked for, or others are taken."
  }

  assert {
    condition     = aws_iam_role.flow[0].name == "airflow-flow-logs-eu-west-1"
    error_message = "The role is ${aws_iam_role.flow[0].name}, which a VPC of another region may have."
  }

  assert {
    condition = (
      aws_flow_log.this[0].traffic_type == "REJECT" &&
      aws_cloudwatch_log_group.flow[0].retention_in_days == 7
    )
    error_message = "They are others."
  }
}

run "a_small_vpc_is_shared_out_too" {
  command = plan

  variables {
    cidr_block   = "10.0.0.0/22"
    nat_gateways = "per_zone"
  }

  assert {
    condition = (
      [for zone in var.availability_zones : aws_subnet.private[zone].cidr_block] == ["10.0.0.0/25", "10.0.0.128/25"] &&
      [for zone in var.availability_zones : aws_subnet.public[zone].cidr_block] == ["10.0.3.128/28", "10.0.3.144/28"]
    )
    error_message = "The subnets are others."
  }
}

run "subnets_and_their_way_out_can_be_created_in_an_existing_vpc" {
  command = plan

  variables {
    cidr_block = "10.0.16.0/22"
    within     = { vpc_id = "vpc-1", internet_gateway_id = "igw-1" }
  }

  assert {
    condition = (
      length(aws_vpc.this) + length(aws_internet_gateway.this) + length(aws_default_security_group.this) == 0 &&
      alltrue([for subnet in aws_subnet.private : subnet.vpc_id == "vpc-1"]) &&
      aws_route.internet[0].gateway_id == "igw-1" && length(aws_route.nat) == 2 && output.vpc_id == "vpc-1"
    )
    error_message = "Something of the VPC is created, or lies elsewhere."
  }
}

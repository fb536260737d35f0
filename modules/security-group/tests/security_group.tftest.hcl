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
  name   = "airflow-ecs-tasks"
  vpc_id = "vpc-0123456789abcdef0"
}

run "by_default_tasks_reach_everything_and_nothing_reaches_them" {
  command = plan

  assert {
    condition     = aws_security_group.this.vpc_id == "vpc-0123456789abcdef0"
    error_message = "The group is in another VPC: ${aws_security_group.this.vpc_id}"
  }

  assert {
    condition     = aws_security_group.this.tags.Name == "airflow-ecs-tasks"
    error_message = "The group has another name: ${aws_security_group.this.tags.Name}"
  }

  # The replacement exists beside the old group: with one name AWS answers InvalidGroup.Duplicate.
  assert {
    condition     = aws_security_group.this.name_prefix == "airflow-ecs-tasks-"
    error_message = "A replacement would have the name of the group that it replaces."
  }

  assert {
    condition = [for rule in aws_vpc_security_group_egress_rule.this : [rule.cidr_ipv4, rule.ip_protocol]] == [
      ["0.0.0.0/0", "-1"]
    ]
    error_message = "Egress is not open to all addresses and protocols."
  }
}

run "egress_can_be_narrowed" {
  command = plan

  variables {
    egress = {
      https    = { ip_protocol = "tcp", from_port = 443, to_port = 443, cidr_ipv4 = "10.0.0.0/8" }
      s3       = { ip_protocol = "tcp", from_port = 443, to_port = 443, prefix_list_id = "pl-6da54004" }
      database = { ip_protocol = "tcp", from_port = 5432, to_port = 5432, security_group_id = "sg-0123456789abcdef0" }
      v6       = { cidr_ipv6 = "::/0" }
    }
  }

  assert {
    condition     = length(aws_vpc_security_group_egress_rule.this) == 4
    error_message = "There are not exactly the four rules."
  }

  assert {
    condition = [
      for rule in [aws_vpc_security_group_egress_rule.this["https"]] : [rule.from_port, rule.to_port]
    ] == [[443, 443]]
    error_message = "The rule has other ports."
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.this["s3"].prefix_list_id == "pl-6da54004"
    error_message = "The rule has another prefix list."
  }

  assert {
    condition = (
      aws_vpc_security_group_egress_rule.this["database"].referenced_security_group_id == "sg-0123456789abcdef0"
    )
    error_message = "The rule has another security group."
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.this["v6"].cidr_ipv6 == "::/0"
    error_message = "The rule has another IPv6 range."
  }
}

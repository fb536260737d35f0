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
  name       = "demo"
  subnet_ids = ["subnet-1", "subnet-2"]
  region     = "eu-west-1"
  account_id = "123456789012"
  partition  = "aws"
}

# A valid network. Runs below break one thing of it.
override_data {
  target = data.aws_subnets.this
  values = { ids = ["subnet-1", "subnet-2"] }
}
override_data {
  target = data.aws_subnet.this[0]
  values = { id = "subnet-1", vpc_id = "vpc-1", availability_zone = "eu-west-1a" }
}
override_data {
  target = data.aws_subnet.this[1]
  values = { id = "subnet-2", vpc_id = "vpc-1", availability_zone = "eu-west-1b" }
}
override_data {
  target = data.aws_vpc.this
  values = { main_route_table_id = "rtb-main" }
}
override_data {
  target = data.aws_route_tables.own
  values = { ids = [] }
}
override_data {
  target = data.aws_route_table.this
  values = { routes = [] }
}
override_data {
  target = data.aws_security_groups.existing
  values = { ids = ["sg-1"], vpc_ids = ["vpc-1"] }
}
override_data {
  target = data.aws_cloudwatch_log_groups.found
  values = { log_group_names = [] }
}
override_data {
  target = data.aws_security_groups.letting_members_in
  values = { ids = ["sg-1"] }
}
override_data {
  target = data.aws_cloudcontrolapi_resource.security_group
  values = { properties = "{\"SecurityGroupIngress\":[{\"IpProtocol\":\"-1\",\"SourceSecurityGroupId\":\"sg-1\"}]}" }
}
override_data {
  target = data.aws_cloudcontrolapi_resource.key
  values = {
    properties = <<-EOT
      {
        "KeyPolicy": {
          "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": "logs.eu-west-1.amazonaws.com" },
            "Action": "kms:*",
            "Resource": "*"
          }]
        }
      }
    EOT
  }
}
override_data {
  target = data.aws_iam_role.existing
  values = {
    assume_role_policy = <<-EOT
      {
        "Statement": [
          {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": { "Service": ["airflow.amazonaws.com", "airflow-env.amazonaws.com"] }
          }
        ]
      }
    EOT
  }
}
override_data {
  target = data.aws_cloudcontrolapi_resource.bucket
  values = {
    properties = <<-EOT
      {
        "VersioningConfiguration": {
          "Status": "Enabled"
        },
        "PublicAccessBlockConfiguration": {
          "BlockPublicAcls": true,
          "BlockPublicPolicy": true,
          "IgnorePublicAcls": true,
          "RestrictPublicBuckets": true
        }
      }
    EOT
  }
}

run "subnets_behind_a_nat_gateway_and_a_security_group_with_mwaa_s_two_ports_are_accepted" {
  command = plan

  variables {
    security_group_ids = ["sg-1"]
  }

  override_data {
    target = data.aws_route_table.this
    values = {
      routes = [{
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
      }]
    }
  }

  override_data {
    target = data.aws_cloudcontrolapi_resource.security_group
    values = {
      properties = <<-EOT
        {
          "SecurityGroupIngress": [
            { "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "SourceSecurityGroupId": "sg-1" },
            { "IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "SourceSecurityGroupId": "sg-1" }
          ]
        }
      EOT
    }
  }
}

run "a_security_group_of_another_vpc_is_refused" {
  command         = plan
  expect_failures = [aws_mwaa_environment.this]

  variables {
    security_group_ids = ["sg-1"]
  }

  override_data {
    target = data.aws_security_groups.existing
    values = { ids = ["sg-1"], vpc_ids = ["vpc-2"] }
  }
}

run "lists_of_an_unknown_length_are_accepted" {
  command = plan

  module {
    source = "./tests/unknown_lists"
  }
}

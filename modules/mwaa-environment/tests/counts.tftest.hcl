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

run "a_raised_quota_allows_them" {
  command = plan

  variables {
    workers = { max = 26, quota = 50 }
  }
}

run "two_workers_of_the_next_class_are_accepted" {
  command = plan

  variables {
    workers = { max = 2 }
  }
}

run "five_schedulers_are_accepted" {
  command = plan

  variables {
    schedulers = 5
  }
}

run "as_many_web_servers_at_least_as_at_most_are_accepted" {
  command = plan

  variables {
    webservers = { min = 4, max = 4 }
  }
}

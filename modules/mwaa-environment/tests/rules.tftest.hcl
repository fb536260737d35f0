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

run "a_later_version_a_folder_in_a_folder_left_log_groups_and_a_key_for_everybody_are_accepted" {
  command = plan

  variables {
    name               = "my_airflow"
    airflow_version    = "3.9.9"
    airflow_versions   = ["3.9.9"]
    dag_s3_path        = "team/dags"
    security_group_ids = ["sg-1"]
    # They can be left to MWAA, or imported.
    logging       = { check_log_groups = false }
    kms_key_arn   = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    bucket        = { existing = { arn = "arn:aws:s3:::mine" } }
    check_kms_key = true
  }

  override_data {
    target = data.aws_cloudwatch_log_groups.found
    values = { log_group_names = ["airflow-my_airflow-Task"] }
  }

  override_data {
    target = data.aws_cloudcontrolapi_resource.key
    values = {
      properties = <<-EOT
        {
          "KeyPolicy": "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"kms:*\"}}"
        }
      EOT
    }
  }

  assert {
    condition     = length(data.aws_cloudcontrolapi_resource.key) == 1
    error_message = "The key is not read."
  }
}

run "what_aws_s_patterns_accept_a_raised_quota_and_a_range_that_covers_both_ports_are_accepted" {
  command = plan

  variables {
    airflow_configuration_options = { "metrics.statsd.host" = "~ 1 ~" }
    tags                          = { "Größe: x/y" = "m@x.com" }
    dag_s3_path                   = "dags/"
    workers                       = { max = 26, quota = 50 }
    schedulers                    = 5
    webservers                    = { min = 4, max = 4 }
    security_group_ids            = ["sg-1"]
  }

  override_data {
    target = data.aws_cloudcontrolapi_resource.security_group
    values = {
      properties = <<-EOT
        {
          "SecurityGroupIngress": [
            { "IpProtocol": "tcp", "FromPort": 400, "ToPort": 6000, "SourceSecurityGroupId": "sg-1" }
          ]
        }
      EOT
    }
  }

  assert {
    condition     = output.dag_prefix == "dags/" && aws_mwaa_environment.this.dag_s3_path == "dags/"
    error_message = "The folder is another."
  }
}

run "a_role_that_trusts_half_of_mwaa_other_ports_and_a_key_for_others_are_named" {
  command         = plan
  expect_failures = [aws_mwaa_environment.this, check.security_group_rules, check.kms_key]

  variables {
    execution_role     = { existing = { arn = "arn:aws:iam::123456789012:role/other" } }
    security_group_ids = ["sg-1"]
    kms_key_arn        = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  override_data {
    target = data.aws_iam_role.existing
    values = {
      assume_role_policy = <<-EOT
        {
          "Statement": {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": { "Service": "airflow.amazonaws.com" }
          }
        }
      EOT
    }
  }

  override_data {
    target = data.aws_cloudcontrolapi_resource.security_group
    values = {
      properties = <<-EOT
        {
          "SecurityGroupIngress": [
            { "IpProtocol": "tcp", "FromPort": 80, "ToPort": 442, "SourceSecurityGroupId": "sg-1" },
            { "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "SourceSecurityGroupId": "sg-1" },
            { "IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "CidrIp": "10.0.0.0/8" }
          ]
        }
      EOT
    }
  }

  override_data {
    target = data.aws_cloudcontrolapi_resource.key
    values = {
      properties = <<-EOT
        {
          "KeyPolicy": {
            "Statement": [
              {
                "Effect": "Allow",
                "Principal": { "AWS": "arn:aws:iam::123456789012:root" },
                "Action": "kms:*",
                "Resource": "*"
              },
              {
                "Effect": "Allow",
                "Principal": { "Service": ["s3.amazonaws.com"] },
                "Action": "kms:*",
                "Resource": "*"
              }
            ]
          }
        }
      EOT
    }
  }
}

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

run "a_version_that_came_later_can_be_added" {
  command = plan

  variables {
    airflow_version  = "3.9.9"
    airflow_versions = ["3.9.9"]
  }
}

run "a_name_with_an_underscore_is_accepted" {
  command = plan

  variables {
    name = "my_airflow"
  }
}

run "a_name_too_long_for_its_bucket_is_refused" {
  command         = plan
  expect_failures = [aws_s3_bucket.this]

  variables {
    name = "an-environment-with-a-name-that-is-rather-long"
  }
}

run "a_name_too_long_for_its_role_is_refused" {
  command         = plan
  expect_failures = [aws_iam_role.this]

  variables {
    name   = "an-environment-with-a-name-that-is-rather-long-for-a-role-of-iam"
    bucket = { existing = { arn = "arn:aws:s3:::my-dags" } }
  }
}

run "a_long_name_with_a_role_s_name_of_one_s_own_is_accepted" {
  command = plan

  variables {
    name           = "an-environment-with-a-name-that-is-rather-long-for-a-role-of-iam"
    bucket         = { existing = { arn = "arn:aws:s3:::my-dags" } }
    execution_role = { name = "airflow", path = "/data/" }
  }
}

run "a_bucket_without_versioning_is_refused" {
  command         = plan
  expect_failures = [aws_mwaa_environment.this]

  variables {
    bucket = { existing = { arn = "arn:aws:s3:::my-dags" } }
  }

  override_data {
    target = data.aws_cloudcontrolapi_resource.bucket
    values = {
      properties = <<-EOT
        {
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
}

run "a_bucket_that_is_not_private_is_refused" {
  command         = plan
  expect_failures = [aws_mwaa_environment.this]

  variables {
    bucket = { existing = { arn = "arn:aws:s3:::my-dags" } }
  }

  override_data {
    target = data.aws_cloudcontrolapi_resource.bucket
    values = { properties = "{\"VersioningConfiguration\":{\"Status\":\"Enabled\"}}" }
  }
}

run "requirements_among_dags_whose_old_versions_expire_are_refused" {
  command         = plan
  expect_failures = [aws_mwaa_environment.this]

  variables {
    requirements = { path = "dags/requirements.txt", object_version = "v1" }
  }
}

run "a_versioned_private_bucket_is_accepted" {
  command = plan

  variables {
    bucket = { existing = { arn = "arn:aws:s3:::my-dags" } }
  }
}

run "a_dags_folder_in_a_folder_is_accepted" {
  command = plan

  variables {
    dag_s3_path = "team/dags"
  }
}

run "a_bucket_whose_key_the_role_may_not_use_is_refused" {
  command         = plan
  expect_failures = [aws_mwaa_environment.this]

  variables {
    bucket = { existing = { arn = "arn:aws:s3:::mine" } }
  }

  override_data {
    target = data.aws_cloudcontrolapi_resource.bucket
    values = {
      properties = <<-EOT
        {
          "VersioningConfiguration": {"Status": "Enabled"},
          "PublicAccessBlockConfiguration": {
            "BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true
          },
          "BucketEncryption": {"ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {
            "SSEAlgorithm": "aws:kms",
            "KMSMasterKeyID": "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
          }}]}
        }
      EOT
    }
  }
}

run "the_role_may_use_the_key_of_the_bucket_on_request" {
  command = plan

  variables {
    bucket = { existing = {
      arn         = "arn:aws:s3:::mine"
      kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    } }
  }

  override_data {
    target = data.aws_cloudcontrolapi_resource.bucket
    values = {
      properties = <<-EOT
        {
          "VersioningConfiguration": {"Status": "Enabled"},
          "PublicAccessBlockConfiguration": {
            "BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true
          },
          "BucketEncryption": {"ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {
            "SSEAlgorithm": "aws:kms",
            "KMSMasterKeyID": "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
          }}]}
        }
      EOT
    }
  }

  assert {
    condition = [
      for statement in jsondecode(output.policy_json).Statement : statement.Resource
      if statement.Sid == "UseKeyOfBucket"
    ] == [["arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"]]
    error_message = "The role may not use it."
  }
}

run "log_groups_that_an_earlier_environment_left_are_named" {
  command         = plan
  expect_failures = [terraform_data.found_log_groups]

  override_data {
    target = data.aws_cloudwatch_log_groups.found
    values = { log_group_names = ["airflow-demo-Task", "airflow-demo-mine"] }
  }
}

run "they_can_be_left_to_mwaa_or_imported" {
  command = plan

  variables {
    logging = { check_log_groups = false }
  }

  override_data {
    target = data.aws_cloudwatch_log_groups.found
    values = { log_group_names = ["airflow-demo-Task"] }
  }
}

run "what_aws_s_patterns_accept_is_accepted" {
  command = plan

  variables {
    airflow_configuration_options = { "metrics.statsd.host" = "~ 1 ~" }
    tags                          = { "Größe: x/y" = "m@x.com" }
    dag_s3_path                   = "dags/"
  }

  assert {
    condition     = output.dag_prefix == "dags/" && aws_mwaa_environment.this.dag_s3_path == "dags/"
    error_message = "The folder is another."
  }
}

run "a_key_that_does_not_let_cloudwatch_logs_in_is_named" {
  command         = plan
  expect_failures = [check.kms_key]

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
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

run "a_key_that_lets_everybody_in_lets_cloudwatch_logs_in" {
  command = plan

  variables {
    kms_key_arn   = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    bucket        = { existing = { arn = "arn:aws:s3:::mine" } }
    check_kms_key = true
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

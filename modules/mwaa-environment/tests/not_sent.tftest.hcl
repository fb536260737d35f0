# Terraform 1.9 and OpenTofu have no override_during: this file alone needs a newer one.
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
  target = data.aws_security_groups.inward
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

run "the_smallest_class_is_sent_no_count_that_the_provider_refuses" {
  command = plan

  variables {
    environment_class = "mw1.micro"
  }

  override_resource {
    target          = aws_mwaa_environment.this
    override_during = plan
    values          = { schedulers = 77, min_webservers = 77, max_webservers = 77 }
  }

  assert {
    condition = (
      aws_mwaa_environment.this.schedulers == 77 &&
      aws_mwaa_environment.this.min_webservers == 77 &&
      aws_mwaa_environment.this.max_webservers == 77
    )
    error_message = "A count is sent."
  }
}

# An argument that is not sent stays as it is, so that an imported environment is neither smaller nor less reachable.
run "what_nobody_gives_is_not_sent" {
  command = plan

  override_resource {
    target          = aws_mwaa_environment.this
    override_during = plan
    values = {
      environment_class     = "mw1.xlarge"
      min_workers           = 77
      max_workers           = 77
      schedulers            = 77
      min_webservers        = 77
      max_webservers        = 77
      webserver_access_mode = "PUBLIC_ONLY"
      endpoint_management   = "CUSTOMER"
    }
  }

  assert {
    condition = (
      distinct([
        aws_mwaa_environment.this.min_workers, aws_mwaa_environment.this.max_workers,
        aws_mwaa_environment.this.schedulers,
        aws_mwaa_environment.this.min_webservers, aws_mwaa_environment.this.max_webservers,
      ]) == tolist([77]) &&
      aws_mwaa_environment.this.environment_class == "mw1.xlarge" &&
      aws_mwaa_environment.this.webserver_access_mode == "PUBLIC_ONLY" &&
      aws_mwaa_environment.this.endpoint_management == "CUSTOMER"
    )
    error_message = "A value is sent that no input sets."
  }
}

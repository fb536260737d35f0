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

# The policy that MWAA's guide shows for a key owned by AWS, without its Deny of
# s3:ListAllMyBuckets on the bucket, which denies nothing.
run "the_role_may_do_what_mwaa_documents_and_nothing_else_for_this_environment_alone" {
  command = plan

  assert {
    condition = { for s in jsondecode(aws_iam_role_policy.documented[0].policy).Statement : s.Sid => {
      actions       = s.Action
      resources     = try(s.Resource, null)
      not_resources = try(s.NotResource, null)
      condition     = try(s.Condition, null)
      } } == {
      ReportHealth = {
        actions       = ["airflow:PublishMetrics"]
        resources     = ["arn:aws:airflow:eu-west-1:123456789012:environment/demo"]
        not_resources = null, condition = null
      }
      ReadBucket = {
        actions = ["s3:GetBucket*", "s3:GetObject*", "s3:List*"]
        resources = [
          "arn:aws:s3:::airflow-demo-123456789012-eu-west-1",
          "arn:aws:s3:::airflow-demo-123456789012-eu-west-1/*",
        ]
        not_resources = null, condition = null
      }
      WriteLogs = {
        actions = [
          "logs:CreateLogGroup",
          "logs:CreateLogStream",
          "logs:GetLogEvents",
          "logs:GetLogGroupFields",
          "logs:GetLogRecord",
          "logs:GetQueryResults",
          "logs:PutLogEvents",
        ]
        resources     = ["arn:aws:logs:eu-west-1:123456789012:log-group:airflow-demo-*"]
        not_resources = null, condition = null
      }
      Look = {
        actions       = ["cloudwatch:PutMetricData", "logs:DescribeLogGroups", "s3:GetAccountPublicAccessBlock"]
        resources     = ["*"]
        not_resources = null, condition = null
      }
      UseQueue = {
        actions = [
          "sqs:ChangeMessageVisibility",
          "sqs:DeleteMessage",
          "sqs:GetQueueAttributes",
          "sqs:GetQueueUrl",
          "sqs:ReceiveMessage",
          "sqs:SendMessage",
        ]
        resources     = ["arn:aws:sqs:eu-west-1:*:airflow-celery-*"]
        not_resources = null, condition = null
      }
      UseKeyOfQueue = {
        actions       = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*"]
        resources     = null
        not_resources = ["arn:aws:kms:*:123456789012:key/*"]
        condition     = { StringLike = { "kms:ViaService" = ["sqs.eu-west-1.amazonaws.com*"] } }
      }
    }
    error_message = "The policy is different: ${aws_iam_role_policy.documented[0].policy}"
  }

  assert {
    condition = alltrue([
      for s in jsondecode(aws_iam_role_policy.documented[0].policy).Statement : s.Effect == "Allow"
    ])
    error_message = "A statement has another effect than Allow."
  }

  assert {
    condition = (
      length(aws_iam_role_policy.additional) == 0 &&
      length(aws_iam_role_policy_attachment.additional) == 0
    )
    error_message = "The role has more rights."
  }

  assert {
    condition = jsondecode(aws_iam_role.this[0].assume_role_policy).Statement == [{
      Sid       = "RunAirflow"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = ["airflow-env.amazonaws.com", "airflow.amazonaws.com"] }
      Condition = {
        StringEquals = { "aws:SourceAccount" = "123456789012" }
        ArnLike      = { "aws:SourceArn" = "arn:aws:airflow:eu-west-1:123456789012:environment/demo" }
      }
    }]
    error_message = "The trust policy is different: ${aws_iam_role.this[0].assume_role_policy}"
  }
}

run "policies_of_the_caller_s_are_added_and_a_name_of_one_s_own_allows_a_long_one" {
  command = plan

  variables {
    name    = "an-environment-with-a-name-that-is-rather-long-for-a-role-of-iam"
    bucket  = { existing = { arn = "arn:aws:s3:::my-dags" } }
    workers = { max = 2 }
    execution_role = {
      name                 = "airflow"
      path                 = "/data/"
      permissions_boundary = "arn:aws:iam::123456789012:policy/boundary"
      policies             = { athena = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
      policy_arns          = { glue = "arn:aws:iam::aws:policy/AWSGlueConsoleFullAccess" }
    }
  }

  assert {
    condition = (
      keys(aws_iam_role_policy.additional) == ["athena"] &&
      aws_iam_role_policy_attachment.additional["glue"].policy_arn
      == "arn:aws:iam::aws:policy/AWSGlueConsoleFullAccess" &&
      aws_iam_role.this[0].permissions_boundary == "arn:aws:iam::123456789012:policy/boundary" &&
      output.execution_role_arn == "arn:aws:iam::123456789012:role/data/airflow"
    )
    error_message = "One of them did not arrive."
  }
}

run "in_china_the_arns_are_china_s_and_the_role_s_name_has_the_region" {
  command = plan

  variables {
    region    = "cn-north-1"
    partition = "aws-cn"
  }

  assert {
    condition = (
      !strcontains(output.policy_json, "arn:aws:") &&
      strcontains(output.policy_json, "sqs.cn-north-1.amazonaws.com*")
    )
    error_message = "An ARN is of another partition: ${output.policy_json}"
  }

  assert {
    condition     = output.execution_role_name == "demo-mwaa-cn-north-1"
    error_message = "The role is ${output.execution_role_name}, which an environment of another region may have."
  }
}

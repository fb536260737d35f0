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
  cluster_arn      = "arn:aws:ecs:eu-west-1:123456789012:cluster/airflow-ecs-cluster"
  families         = ["nightly", "airflow-ecs-operator"]
  passed_role_arns = ["arn:aws:iam::123456789012:role/ecsTaskExecutionRole", "arn:aws:iam::123456789012:role/nightly"]
  log_group_names  = ["/ecs/airflow-ecs-operator"]
  parameter_names  = ["/mwaa/ecs/cluster", "/mwaa/tasks/operator"]
  region           = "eu-west-1"
  account_id       = "123456789012"
  partition        = "aws"
}

run "the_policy_grants_the_operator_s_calls_for_these_tasks_only" {
  command = plan

  assert {
    condition = jsondecode(output.json) == {
      Version = "2012-10-17"
      Statement = [
        {
          Sid    = "RunTasks"
          Effect = "Allow"
          Action = ["ecs:RunTask"]
          Resource = [
            "arn:aws:ecs:eu-west-1:123456789012:task-definition/airflow-ecs-operator:*",
            "arn:aws:ecs:eu-west-1:123456789012:task-definition/nightly:*",
          ]
          Condition = { ArnEquals = {
            "ecs:cluster" = "arn:aws:ecs:eu-west-1:123456789012:cluster/airflow-ecs-cluster"
          } }
        },
        {
          Sid      = "WatchAndStopTasks"
          Effect   = "Allow"
          Action   = ["ecs:DescribeTasks", "ecs:StopTask"]
          Resource = ["arn:aws:ecs:eu-west-1:123456789012:task/airflow-ecs-cluster/*"]
        },
        {
          Sid    = "PassTaskRoles"
          Effect = "Allow"
          Action = ["iam:PassRole"]
          Resource = [
            "arn:aws:iam::123456789012:role/ecsTaskExecutionRole",
            "arn:aws:iam::123456789012:role/nightly",
          ]
          Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }
        },
        {
          Sid      = "ReadTaskLogs"
          Effect   = "Allow"
          Action   = ["logs:GetLogEvents"]
          Resource = ["arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/airflow-ecs-operator:log-stream:*"]
        },
        {
          Sid    = "ReadParameters"
          Effect = "Allow"
          Action = ["ssm:GetParameter", "ssm:GetParameters"]
          Resource = [
            "arn:aws:ssm:eu-west-1:123456789012:parameter/mwaa/ecs/cluster",
            "arn:aws:ssm:eu-west-1:123456789012:parameter/mwaa/tasks/operator",
          ]
        },
        {
          Sid      = "FindRunningTasks"
          Effect   = "Allow"
          Action   = ["ecs:ListTasks"]
          Resource = ["*"]
          Condition = { ArnEquals = {
            "ecs:cluster" = "arn:aws:ecs:eu-west-1:123456789012:cluster/airflow-ecs-cluster"
          } }
        },
      ]
    }
    error_message = "The policy differs: ${output.json}"
  }

  assert {
    condition     = length(aws_iam_role_policy.this) == 0 && output.attached_to == null
    error_message = "The policy is attached without role_name."
  }
}

run "each_switch_adds_its_statement" {
  command = plan

  variables {
    allow_tags            = true
    allow_execute_command = true
    allow_register        = true
    parameter_paths       = ["/mwaa/tasks"]
    kms_key_arns          = ["arn:aws:kms:eu-west-1:123456789012:key/0a1b"]
    log_kms_key_arns      = ["arn:aws:kms:eu-west-1:123456789012:key/2c3d"]
  }

  assert {
    condition = slice(jsondecode(output.json).Statement, 5, 13) == [
      {
        Sid      = "LookUpVariables"
        Effect   = "Allow"
        Action   = ["ssm:GetParameter"]
        Resource = ["arn:aws:ssm:eu-west-1:123456789012:parameter/mwaa/tasks/*"]
      },
      {
        Sid      = "FindRunningTasks"
        Effect   = "Allow"
        Action   = ["ecs:ListTasks"]
        Resource = ["*"]
        Condition = { ArnEquals = {
          "ecs:cluster" = "arn:aws:ecs:eu-west-1:123456789012:cluster/airflow-ecs-cluster"
        } }
      },
      {
        Sid       = "TagTasks"
        Effect    = "Allow"
        Action    = ["ecs:TagResource"]
        Resource  = ["arn:aws:ecs:eu-west-1:123456789012:task/airflow-ecs-cluster/*"]
        Condition = { StringEquals = { "ecs:CreateAction" = "RunTask" } }
      },
      {
        Sid    = "ExecuteCommands"
        Effect = "Allow"
        Action = ["ecs:ExecuteCommand"]
        Resource = [
          "arn:aws:ecs:eu-west-1:123456789012:cluster/airflow-ecs-cluster",
          "arn:aws:ecs:eu-west-1:123456789012:task/airflow-ecs-cluster/*",
        ]
      },
      {
        Sid    = "RegisterTaskDefinitions"
        Effect = "Allow"
        Action = ["ecs:RegisterTaskDefinition"]
        Resource = [
          "arn:aws:ecs:eu-west-1:123456789012:task-definition/airflow-ecs-operator--*:*",
          "arn:aws:ecs:eu-west-1:123456789012:task-definition/nightly--*:*",
        ]
      },
      {
        Sid      = "ReadTaskDefinitions"
        Effect   = "Allow"
        Action   = ["ecs:DescribeTaskDefinition"]
        Resource = ["*"]
      },
      {
        Sid       = "DecryptParameters"
        Effect    = "Allow"
        Action    = ["kms:Decrypt"]
        Resource  = ["arn:aws:kms:eu-west-1:123456789012:key/0a1b"]
        Condition = { StringLike = { "kms:ViaService" = "ssm.eu-west-1.amazonaws.com*" } }
      },
      {
        Sid       = "DecryptTaskLogs"
        Effect    = "Allow"
        Action    = ["kms:Decrypt"]
        Resource  = ["arn:aws:kms:eu-west-1:123456789012:key/2c3d"]
        Condition = { StringLike = { "kms:ViaService" = "logs.eu-west-1.amazonaws.com*" } }
      },
    ]
    error_message = "The policy differs: ${output.json}"
  }
}

run "a_managed_policy_is_attached_to_the_role" {
  command = plan

  variables {
    name      = "run-tasks"
    role_name = "AmazonMWAA-demo"
    managed   = true
  }

  assert {
    condition     = length(aws_iam_role_policy.this) == 0
    error_message = "The policy is inline."
  }

  assert {
    condition     = jsondecode(aws_iam_policy.this[0].policy) == jsondecode(output.json)
    error_message = "The managed policy differs from the output: ${aws_iam_policy.this[0].policy}"
  }

  assert {
    condition     = aws_iam_role_policy_attachment.this[0].role == "AmazonMWAA-demo"
    error_message = "The policy is attached to another role."
  }

  assert {
    condition     = output.attached_to == "AmazonMWAA-demo"
    error_message = "The output names another role: ${jsonencode(output.attached_to)}"
  }
}

run "by_default_the_role_gets_an_inline_policy" {
  command = plan

  variables {
    name      = "run-tasks"
    role_name = "AmazonMWAA-demo"
  }

  assert {
    condition     = [for one in aws_iam_role_policy.this : [one.role, one.name]] == [["AmazonMWAA-demo", "run-tasks"]]
    error_message = "The policy has another role or name."
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.this[0].policy) == jsondecode(output.json)
    error_message = "The inline policy differs from the output: ${aws_iam_role_policy.this[0].policy}"
  }

  assert {
    condition     = output.attached_to == "AmazonMWAA-demo"
    error_message = "The output names another role: ${jsonencode(output.attached_to)}"
  }
}

run "in_govcloud_no_arn_is_of_another_partition_and_two_switches_take_away_what_they_say" {
  command = plan

  variables {
    cluster_arn      = "arn:aws-us-gov:ecs:us-gov-west-1:123456789012:cluster/c"
    passed_role_arns = ["arn:aws-us-gov:iam::123456789012:role/r"]
    region           = "us-gov-west-1"
    partition        = "aws-us-gov"
    allow_reattach   = false
    role_name        = "AmazonMWAA-demo"
    attach           = false
  }

  assert {
    condition     = !strcontains(output.json, "arn:aws:") && !strcontains(output.json, "eu-west-1")
    error_message = "An ARN is of another partition or region: ${output.json}"
  }

  assert {
    condition     = !strcontains(output.json, "ecs:ListTasks")
    error_message = "The policy differs: ${output.json}"
  }

  assert {
    condition     = length(aws_iam_role_policy.this) == 0
    error_message = "The policy is attached."
  }
}

run "by_default_region_account_and_partition_are_the_provider_s_own_and_a_managed_policy_needs_no_role" {
  command = plan

  variables {
    region     = null
    account_id = null
    partition  = null
    managed    = true
  }

  override_data {
    target = data.aws_caller_identity.this[0]
    values = { account_id = "210987654321" }
  }

  assert {
    condition     = strcontains(output.json, "arn:aws:logs:eu-west-1:210987654321:log-group:")
    error_message = "The policy names another account or region: ${output.json}"
  }

  assert {
    condition     = length(aws_iam_policy.this) == 1
    error_message = "There is no managed policy."
  }

  assert {
    condition     = length(aws_iam_role_policy_attachment.this) == 0 && output.attached_to == null
    error_message = "The policy is attached."
  }
}

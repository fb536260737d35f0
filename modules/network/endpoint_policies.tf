################################################################################
# Policies of the endpoints: the calls that go through each
# https://docs.aws.amazon.com/mwaa/latest/userguide/vpc-security.html
################################################################################

# MWAA's containers run in an account of AWS, on addresses of this VPC, and use that account's roles. So the policy of
# an endpoint that MWAA calls limits the calls, not the caller. The policy of any other endpoint refuses keys of other
# accounts.
locals {
  _actions_of_all_callers = {
    "airflow.api" = ["airflow:*"]
    "airflow.env" = ["airflow:*"]
    "airflow.ops" = ["airflow:*"]
    "ecr.api"     = local._pull_actions
    "ecr.dkr"     = local._pull_actions
    kms = [
      "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*",
    ]
    logs = [
      "logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogGroups",
      "logs:DescribeLogStreams", "logs:GetLogEvents", "logs:GetLogGroupFields",
      "logs:GetLogRecord", "logs:GetQueryResults", "logs:PutLogEvents",
    ]
    monitoring = ["cloudwatch:PutMetricData"]
    sqs = [
      "sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes",
      "sqs:GetQueueUrl", "sqs:ReceiveMessage", "sqs:SendMessage",
    ]
  }
  _pull_actions = [
    "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
  ]

  _actions_of_this_account = {
    # The calls that the root module can grant, and those of the operators' own checks.
    ecs = [
      "ecs:DescribeTaskDefinition", "ecs:DescribeTasks", "ecs:ExecuteCommand", "ecs:ListTasks",
      "ecs:RegisterTaskDefinition", "ecs:RunTask", "ecs:StopTask", "ecs:TagResource",
    ]
    secretsmanager = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
    ssm            = ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"]
    sts            = ["sts:AssumeRole", "sts:GetCallerIdentity"]
  }

  # MWAA's queues are in an account of AWS.
  _resources = {
    sqs = "arn:${local.partition}:sqs:${local.region}:*:airflow-celery-*"
  }

  _s3_statements = [
    {
      Sid       = "BucketsOfThisAccount"
      Effect    = "Allow"
      Principal = "*"
      Action    = ["s3:*"]
      Resource  = ["*"]
      Condition = { StringEquals = { "aws:ResourceAccount" = local.account_id } }
    },
    {
      # ECR keeps the layers of images there.
      # https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms
      Sid       = "LayersOfImages"
      Effect    = "Allow"
      Principal = "*"
      Action    = ["s3:GetObject"]
      Resource  = ["arn:${local.partition}:s3:::prod-${local.region}-starport-layer-bucket/*"]
    },
  ]

  _statements = merge(
    { for service in local.created_gateways : service => local._s3_statements if service == "s3" },
    {
      for service in setsubtract(setunion(local.created_gateways, local.created_interfaces), ["s3"]) :
      service => [merge(
        {
          Sid       = "Needed"
          Effect    = "Allow"
          Principal = "*"
          Action    = lookup(merge(local._actions_of_this_account, local._actions_of_all_callers), service, ["*"])
          Resource  = [lookup(local._resources, service, "*")]
        },
        contains(keys(local._actions_of_all_callers), service) ? {} : {
          Condition = { StringEquals = { "aws:PrincipalAccount" = local.account_id } }
        }
      )]
    }
  )

  endpoint_policies = {
    for service, statements in local._statements : service => (
      contains(keys(var.endpoint_policies), service)
      ? var.endpoint_policies[service]
      : jsonencode({ Version = "2012-10-17", Statement = statements })
    )
  }
}

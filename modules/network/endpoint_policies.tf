################################################################################
# Policies of the endpoints: the calls that go through each
# https://docs.aws.amazon.com/mwaa/latest/userguide/vpc-security.html
################################################################################

# Where MWAA calls as well, a policy limits the calls and not the caller: MWAA's containers
# run in an account of AWS, on addresses of this VPC, and pull their image with its roles.
# Where only this account's roles call, keys of other accounts are refused.
locals {
  _anyone = {
    "airflow.api" = ["airflow:*"]
    "airflow.env" = ["airflow:*"]
    "airflow.ops" = ["airflow:*"]
    "ecr.api"     = local._pull
    "ecr.dkr"     = local._pull
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
  _pull = [
    "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
  ]

  _this_account = {
    # These calls are those that the root module can grant, and the operators' own checks.
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
    { for service in local.gateways : service => local._s3_statements if service == "s3" },
    {
      for service in setsubtract(setunion(local.gateways, local.interfaces), ["s3"]) : service => [merge(
        {
          Sid       = "Needed"
          Effect    = "Allow"
          Principal = "*"
          Action    = lookup(local._anyone, service, lookup(local._this_account, service, ["*"]))
          Resource  = [lookup(local._resources, service, "*")]
        },
        contains(keys(local._anyone), service) ? {} : {
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

################################################################################
# What Airflow may do, from the calls that EcsRunTaskOperator makes
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
################################################################################

locals {
  _cluster_name = split("/", var.cluster_arn)[1]
  _ecs          = "arn:${local._partition}:ecs:${local._region}:${local._account_id}"
  _logs         = "arn:${local._partition}:logs:${local._region}:${local._account_id}"
  _ssm          = "arn:${local._partition}:ssm:${local._region}:${local._account_id}"
  _tasks        = "${local._ecs}:task/${local._cluster_name}/*"

  _statements = [
    {
      Sid    = "RunTasks"
      Action = ["ecs:RunTask"]
      # With the revision: AWS refuses a family alone.
      Resource  = [for family in sort(distinct(var.families)) : "${local._ecs}:task-definition/${family}:*"]
      Condition = { ArnEquals = { "ecs:cluster" = var.cluster_arn } }
    },
    {
      Sid      = "WatchAndStopTasks"
      Action   = ["ecs:DescribeTasks", "ecs:StopTask"]
      Resource = [local._tasks]
    },
    {
      Sid      = "PassTaskRoles"
      Action   = ["iam:PassRole"]
      Resource = distinct(var.passed_role_arns)
      # The same in every partition, China's too.
      Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }
    },
    {
      Sid      = "ReadTaskLogs"
      Action   = ["logs:GetLogEvents"]
      Resource = [for name in sort(distinct(var.log_group_names)) : "${local._logs}:log-group:${name}:log-stream:*"]
    },
    {
      Sid      = "ReadParameters"
      Action   = ["ssm:GetParameter", "ssm:GetParameters"]
      Resource = [for name in sort(distinct(var.parameter_names)) : "${local._ssm}:parameter${name}"]
    },
    {
      Sid    = "ListParameters"
      Action = ["ssm:GetParametersByPath"]
      # A path is judged as the caller wrote it, with or without its last slash.
      Resource = flatten([
        for path in sort(distinct(var.parameter_paths)) :
        ["${local._ssm}:parameter${path}", "${local._ssm}:parameter${path}/"]
      ])
    },
    {
      # What is authorised is the container instance, which no task on Fargate
      # has, so the cluster is the bound.
      Sid       = "FindRunningTasks"
      Action    = ["ecs:ListTasks"]
      Resource  = var.allow_reattach ? ["*"] : []
      Condition = { ArnEquals = { "ecs:cluster" = var.cluster_arn } }
    },
    {
      Sid       = "TagTasks"
      Action    = ["ecs:TagResource"]
      Resource  = var.allow_tags ? [local._tasks] : []
      Condition = { StringEquals = { "ecs:CreateAction" = "RunTask" } }
    },
    {
      Sid      = "Decrypt"
      Action   = ["kms:Decrypt"]
      Resource = distinct(var.kms_key_arns)
    },
  ]

  _json = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for statement in local._statements : merge({ Effect = "Allow" }, statement)
      if length(statement.Resource) > 0
    ]
  })

  _attach = var.attach == null ? var.role_name != null : var.attach
}

resource "aws_iam_role_policy" "this" {
  count = local._attach ? 1 : 0

  name   = var.name
  role   = var.role_name
  policy = local._json
}

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

  # With the revision: AWS refuses a family alone.
  _definitions = [for family in sort(distinct(var.families)) : "${local._ecs}:task-definition/${family}:*"]

  _statements = [
    {
      Sid       = "RunTasks"
      Action    = ["ecs:RunTask"]
      Resource  = local._definitions
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
      # Beside those by name: Airflow's secrets backend asks for variables that are
      # not there too, and must be told so rather than refused.
      Sid      = "LookUpVariables"
      Action   = ["ssm:GetParameter"]
      Resource = [for path in sort(distinct(var.parameter_paths)) : "${local._ssm}:parameter${path}/*"]
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
      Sid      = "ExecuteCommands"
      Action   = ["ecs:ExecuteCommand"]
      Resource = var.allow_execute_command ? [var.cluster_arn, local._tasks] : []
    },
    {
      # Whoever registers a definition passes its roles: those above, no others.
      Sid      = "RegisterTaskDefinitions"
      Action   = ["ecs:RegisterTaskDefinition"]
      Resource = var.allow_register ? local._definitions : []
    },
    {
      # For these services alone, not to decrypt what else the keys protect. The
      # last `*` is for China, where the names end with `.cn`.
      # https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
      Sid       = "DecryptParameters"
      Action    = ["kms:Decrypt"]
      Resource  = distinct(var.kms_key_arns)
      Condition = { StringLike = { "kms:ViaService" = "ssm.${local._region}.amazonaws.com*" } }
    },
    {
      Sid       = "DecryptTaskLogs"
      Action    = ["kms:Decrypt"]
      Resource  = distinct(var.log_kms_key_arns)
      Condition = { StringLike = { "kms:ViaService" = "logs.${local._region}.amazonaws.com*" } }
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
  count = local._attach && !var.managed ? 1 : 0

  name   = var.name
  role   = var.role_name
  policy = local._json
}

resource "aws_iam_policy" "this" {
  count = var.managed ? 1 : 0

  name        = var.name
  description = "What Airflow may do to run tasks on ${local._cluster_name}."
  policy      = local._json
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "this" {
  count = local._attach && var.managed ? 1 : 0

  role       = var.role_name
  policy_arn = aws_iam_policy.this[0].arn
}

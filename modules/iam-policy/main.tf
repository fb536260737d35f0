################################################################################
# What Airflow may do, from the calls that EcsRunTaskOperator makes
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
################################################################################

locals {
  _cluster_name = split("/", var.cluster_arn)[1]
  _ecs          = "arn:${local._partition}:ecs:${local._region}:${local._account_id}"
  _iam          = "arn:${local._partition}:iam::${local._account_id}"
  _logs         = "arn:${local._partition}:logs:${local._region}:${local._account_id}"
  _ssm          = "arn:${local._partition}:ssm:${local._region}:${local._account_id}"
  _tasks        = "${local._ecs}:task/${local._cluster_name}/*"
  _in_cluster   = { ArnEquals = { "ecs:cluster" = var.cluster_arn } }

  # Forms of the same policy, in the files grants_by_name.tf and grants_by_tag.tf;
  # the second and third where the one before is too long.
  _forms = { name = local._grants_by_name, family = local._grants_by_family, tag = local._grants_by_tag }
  _statements = {
    for form, grants in local._forms : form => [
      merge(
        {
          Sid    = "RunTasks"
          Action = ["ecs:RunTask"]
        },
        grants.run_tasks,
      ),
      {
        Sid      = "WatchAndStopTasks"
        Action   = ["ecs:DescribeTasks", "ecs:StopTask"]
        Resource = [local._tasks]
      },
      {
        Sid      = "PassTaskRoles"
        Action   = ["iam:PassRole"]
        Resource = grants.passed_roles
        # The same in every partition, China's too.
        Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }
      },
      merge(
        {
          Sid    = "ReadTaskLogs"
          Action = ["logs:GetLogEvents"]
        },
        grants.task_logs,
      ),
      {
        Sid      = "ReadOtherLogs"
        Action   = ["logs:GetLogEvents"]
        Resource = grants.other_logs
      },
      {
        Sid      = "ReadParameters"
        Action   = ["ssm:GetParameter", "ssm:GetParameters"]
        Resource = grants.parameters
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
        Condition = local._in_cluster
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
      merge(
        {
          # Whoever registers a definition passes its roles: those above, no others.
          Sid    = "RegisterTaskDefinitions"
          Action = ["ecs:RegisterTaskDefinition"]
        },
        grants.registered,
        var.allow_register ? {} : { Resource = [] },
      ),
      {
        # AWS asks for it only when a revision is registered with tags, so the
        # statement above bounds the families.
        Sid      = "TagTaskDefinitions"
        Action   = ["ecs:TagResource"]
        Resource = var.allow_register && var.own_tag != null ? local._like_definitions : []
        Condition = {
          StringEquals = merge(
            { "ecs:CreateAction" = "RegisterTaskDefinition" },
            var.own_tag == null ? {} : local._tagging.StringEquals,
          )
        }
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
  }

  _documents = {
    for form, statements in local._statements : form => jsonencode({
      Version = "2012-10-17"
      Statement = [
        for statement in statements : merge({ Effect = "Allow" }, statement)
        if length(statement.Resource) > 0
      ]
    })
  }

  # What a managed policy holds, so that `json` can be used as one too; all
  # inline policies of a role together hold more.
  # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  _managed_policy_size = 6144
  _inline_policy_size  = 10240

  _form = (
    var.own_tag == null || length(local._documents["name"]) <= local._managed_policy_size ? "name" :
    length(local._documents["family"]) <= local._managed_policy_size ? "family" : "tag"
  )
  _json = local._documents[local._form]

  _what_is_long = join("", [
    "What is listed one by one makes it long: ",
    var.own_tag == null ? "all task definitions and log groups, as own_tag is not given, " : "",
    var.own_tag != null && var.allow_register ? "the task definitions that may be registered (allow_register, policy.register), " : "",
    "${length(var.passed_role_arns)} roles, ${length(var.other_log_group_names)} log groups that existed before. ",
    "Share some of them among tasks, or split the tasks over several calls.",
  ])

  _attach = var.attach == null ? var.role_name != null : var.attach
}

resource "aws_iam_role_policy" "this" {
  count = local._attach && !var.managed ? 1 : 0

  name   = var.name
  role   = var.role_name
  policy = local._json

  lifecycle {
    precondition {
      condition     = length(local._json) <= local._inline_policy_size
      error_message = "The policy has ${length(local._json)} characters; a role takes ${local._inline_policy_size} of inline policies. ${local._what_is_long}"
    }
  }
}

resource "aws_iam_policy" "this" {
  count = var.managed ? 1 : 0

  name        = var.name
  description = "What Airflow may do to run tasks on ${local._cluster_name}."
  policy      = local._json
  tags        = var.tags

  lifecycle {
    precondition {
      condition     = length(local._json) <= local._managed_policy_size
      error_message = "The policy has ${length(local._json)} characters; a managed one takes ${local._managed_policy_size}. ${local._what_is_long}"
    }
  }
}

resource "aws_iam_role_policy_attachment" "this" {
  count = local._attach && var.managed ? 1 : 0

  role       = var.role_name
  policy_arn = aws_iam_policy.this[0].arn
}

################################################################################
# Policy of Airflow's role, from the calls that EcsRunTaskOperator makes
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
################################################################################

locals {
  # IAM's names are global: with the region, the same name can be used in two regions.
  name             = coalesce(var.name, "airflow-ecs-operator-${local.region}")
  cluster_name     = split("/", var.cluster_arn)[1]
  ecs_arn_prefix   = "arn:${local.partition}:ecs:${local.region}:${local.account_id}"
  iam_arn_prefix   = "arn:${local.partition}:iam::${local.account_id}"
  logs_arn_prefix  = "arn:${local.partition}:logs:${local.region}:${local.account_id}"
  ssm_arn_prefix   = "arn:${local.partition}:ssm:${local.region}:${local.account_id}"
  task_arn_pattern = "${local.ecs_arn_prefix}:task/${local.cluster_name}/*"
  in_cluster       = { ArnEquals = { "ecs:cluster" = var.cluster_arn } }

  # RunTask propagates the definition's tags to the task.
  only_own_tasks = var.own_tasks_only ? { Condition = local.has_resource_tag } : {}

  # The two forms of the policy: grants_by_name.tf and grants_by_tag.tf.
  grants = { name = local.grants_by_name, tag = local.grants_by_tag }[var.grant_by]
  statements = [
    merge(
      {
        Sid    = "RunTasks"
        Action = ["ecs:RunTask"]
      },
      local.grants.run_tasks,
    ),
    merge(
      {
        Sid      = "WatchAndStopTasks"
        Action   = ["ecs:DescribeTasks", "ecs:StopTask"]
        Resource = [local.task_arn_pattern]
      },
      local.only_own_tasks,
    ),
    {
      Sid      = "PassTaskRoles"
      Action   = ["iam:PassRole"]
      Resource = local.grants.passed_roles
      # The service principal is the same in every partition, also in China.
      Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }
    },
    merge(
      {
        Sid    = "ReadTaskLogs"
        Action = ["logs:GetLogEvents"]
      },
      local.grants.task_logs,
    ),
    {
      Sid      = "ReadOtherLogs"
      Action   = ["logs:GetLogEvents"]
      Resource = local.grants.existing_logs
    },
    {
      Sid      = "ReadParameters"
      Action   = ["ssm:GetParameter", "ssm:GetParameters"]
      Resource = local.grants.parameters
    },
    {
      # Airflow's secrets backend also asks for variables that do not exist. AWS must answer
      # that they do not exist, not that access is denied, so a whole path is granted.
      Sid      = "LookUpVariables"
      Action   = ["ssm:GetParameter"]
      Resource = [for path in sort(distinct(var.parameter_paths)) : "${local.ssm_arn_prefix}:parameter${path}/*"]
    },
    {
      # ListTasks is authorised for a container instance, which a task on Fargate does not have.
      # So the resource is `*`, and the condition limits it to the cluster.
      Sid       = "FindRunningTasks"
      Action    = ["ecs:ListTasks"]
      Resource  = var.allow_reattach ? ["*"] : []
      Condition = local.in_cluster
    },
    {
      Sid       = "TagTasks"
      Action    = ["ecs:TagResource"]
      Resource  = var.allow_tags ? [local.task_arn_pattern] : []
      Condition = { StringEquals = { "ecs:CreateAction" = "RunTask" } }
    },
    {
      # AWS authorises ExecuteCommand on the cluster and on the task.
      Sid    = "ExecuteCommands"
      Action = ["ecs:ExecuteCommand"]
      Resource = !var.allow_execute_command ? [] : concat(
        [var.cluster_arn], var.own_tasks_only ? [] : [local.task_arn_pattern]
      )
    },
    merge(
      {
        Sid      = "ExecuteCommandsInOwnTasks"
        Action   = ["ecs:ExecuteCommand"]
        Resource = var.allow_execute_command && var.own_tasks_only ? [local.task_arn_pattern] : []
      },
      local.only_own_tasks,
    ),
    merge(
      {
        # Families derived from the tasks' families, and no revision of those. Registering a
        # definition passes its roles, so PassTaskRoles limits which.
        Sid    = "RegisterTaskDefinitions"
        Action = ["ecs:RegisterTaskDefinition"]
      },
      local.grants.registered,
      var.allow_register ? {} : { Resource = [] },
    ),
    {
      # The operator derives a definition from the existing one. AWS accepts no resource for
      # this action.
      Sid      = "ReadTaskDefinitions"
      Action   = ["ecs:DescribeTaskDefinition"]
      Resource = var.allow_register ? ["*"] : []
    },
    {
      # The right to tag is limited to RegisterTaskDefinition, and the statement above limits
      # the families.
      Sid      = "TagTaskDefinitions"
      Action   = ["ecs:TagResource"]
      Resource = var.allow_register && var.resource_tag != null ? local.derived_by_prefix : []
      Condition = {
        StringEquals = merge(
          { "ecs:CreateAction" = "RegisterTaskDefinition" },
          var.resource_tag == null ? {} : local.sets_resource_tag.StringEquals,
        )
      }
    },
    {
      # The condition limits the keys to Parameter Store and CloudWatch Logs. The last `*` matches
      # the `.cn` of names in China.
      # https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
      Sid       = "DecryptParameters"
      Action    = ["kms:Decrypt"]
      Resource  = distinct(var.kms_key_arns)
      Condition = { StringLike = { "kms:ViaService" = "ssm.${local.region}.amazonaws.com*" } }
    },
    {
      Sid       = "DecryptTaskLogs"
      Action    = ["kms:Decrypt"]
      Resource  = distinct(var.log_kms_key_arns)
      Condition = { StringLike = { "kms:ViaService" = "logs.${local.region}.amazonaws.com*" } }
    },
  ]

  policy_json = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for statement in local.statements : merge({ Effect = "Allow" }, statement)
      if length(statement.Resource) > 0
    ]
  })

  # The limit of one managed policy, or of all inline policies of a role together.
  # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  size_limit = var.managed ? 6144 : 10240
  size_error = join("", [
    "The policy has ${length(local.policy_json)} characters, and ",
    var.managed ? "a managed policy" : "the inline policies of a role together",
    " can have ${local.size_limit}. ",
    var.grant_by == "name" ? join("", [
      "It lists ${length(distinct(var.families))} task definitions and as many other names. Set ",
      "grant_by = \"tag\" (policy.grant_by in the root module). The role can then run and read what has ",
      "the tag ${try(var.resource_tag.key, "mwaa-ecs-contract")} of this module instance, and a revision ",
      "that CI or a DAG registers needs the tag.",
      ]) : join("", [
      "With grant_by = \"tag\" it lists ${length(var.passed_role_arns)} roles, ",
      "${length(var.existing_log_group_names)} existing log groups",
      var.allow_register ? " and, to register revisions, ${length(distinct(var.families))} task definitions" : "",
      ". Share some of them among tasks, or split the tasks over several module instances.",
    ]),
  ])

  attach = var.attach == null ? var.role_name != null : var.attach
}

resource "aws_iam_role_policy" "this" {
  count = local.attach && !var.managed ? 1 : 0

  name   = local.name
  role   = var.role_name
  policy = local.policy_json

  lifecycle {
    precondition {
      condition     = length(local.policy_json) <= local.size_limit
      error_message = local.size_error
    }
  }
}

resource "aws_iam_policy" "this" {
  count = var.managed ? 1 : 0

  name        = local.name
  description = "What Airflow may do to run tasks on ${local.cluster_name}."
  policy      = local.policy_json
  tags        = var.tags

  lifecycle {
    precondition {
      condition     = length(local.policy_json) <= local.size_limit
      error_message = local.size_error
    }
  }
}

resource "aws_iam_role_policy_attachment" "this" {
  count = local.attach && var.managed ? 1 : 0

  role       = var.role_name
  policy_arn = aws_iam_policy.this[0].arn
}

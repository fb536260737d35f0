################################################################################
# Roles that the programs in the containers call AWS with
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
################################################################################

locals {
  roles = {
    for name, task in var.tasks : name => merge(task.task_role, {
      task = name
      name = coalesce(task.task_role.name, "${local.resolved[name].family}-task-${local.region}")
      path = coalesce(task.task_role.path, var.task_role_path)
    }) if task.task_role != null
  }

  # The ARN is composed, not read from the resource: a policy that names the role is then known in the plan that
  # creates it.
  role_arns = {
    for name, task in var.tasks : name => (
      task.task_role == null
      ? (task.task_role_arn == "" ? null : task.task_role_arn)
      : "arn:${local.partition}:iam::${local.account_id}:role${local.roles[name].path}${local.roles[name].name}"
    )
  }
}

resource "aws_iam_role" "this" {
  for_each = local.roles

  # A refused name or path must not fail here, because Terraform would then report it and no mistake of the tasks.
  name = (
    can(regex(local.patterns.role, each.value.name)) &&
    length(each.value.name) <= local.limits.role_characters ? each.value.name : "refused"
  )
  path                 = can(regex(local.patterns.role_path, each.value.path)) ? each.value.path : "/"
  description          = "The program in the ECS task ${each.key} calls AWS with it."
  permissions_boundary = each.value.permissions_boundary
  tags                 = local.resolved[each.key].tags

  # The service principal is the same in every partition, China's too. Without the conditions,
  # another account could make ECS use the role.
  # https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "RunTasks"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Condition = {
        StringEquals = { "aws:SourceAccount" = local.account_id }
        ArnLike = {
          "aws:SourceArn" = "arn:${local.partition}:ecs:${local.region}:${local.account_id}:*"
        }
      }
    }]
  })

  lifecycle {
    postcondition {
      condition = self.arn == local.role_arns[each.key]
      error_message = join(" ", [
        "tasks[${jsonencode(each.key)}].task_role: the role's ARN is ${jsonencode(self.arn)}, but with account_id",
        "${jsonencode(local.account_id)} and partition ${jsonencode(local.partition)} it must be",
        "${jsonencode(local.role_arns[each.key])}. Remove account_id and partition, or set both to the provider's.",
      ])
    }
  }
}

resource "aws_iam_role_policy" "this" {
  for_each = { for name, role in local.roles : name => role if length(role.statements) > 0 }

  name = "task"
  role = aws_iam_role.this[each.key].name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for sid, statement in each.value.statements : {
        for key, value in {
          Sid       = sid
          Effect    = statement.effect
          Action    = statement.actions
          Resource  = statement.resources
          Condition = statement.conditions
        } : key => value if length(value) > 0
      }
    ]
  })
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = merge([
    for name, role in local.roles : {
      for policy, arn in role.policies : "${name}/${policy}" => { task = name, arn = arn }
    }
  ]...)

  role       = aws_iam_role.this[each.value.task].name
  policy_arn = each.value.arn
}

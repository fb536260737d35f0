################################################################################
# Role that the program in the containers calls AWS with
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
################################################################################

locals {
  _role_name = local._has_role ? coalesce(var.task.task_role.name, "${local._family}-task") : null
  _role_path = local._has_role ? coalesce(var.task.task_role.path, var.task_role_path) : null
  _has_role  = var.task.task_role != null

  # Put together rather than read back, so that policies which name the role
  # can be read in the plan that makes it.
  _made_role_arn = local._has_role ? "arn:${local._partition}:iam::${local._account_id}:role${local._role_path}${local._role_name}" : null

  # Not by `try`: that forgets the keys where a value is known only after apply.
  _role_statements = var.task.task_role == null ? {} : var.task.task_role.statements
  _role_policies   = var.task.task_role == null ? {} : var.task.task_role.policies
}

resource "aws_iam_role" "this" {
  count = local._has_role ? 1 : 0

  # A name or path that is refused must not fail here: Terraform would say that
  # first, and of the tasks themselves nothing.
  name                 = can(regex(local._role_word, local._role_name)) ? local._role_name : "refused"
  path                 = can(regex(local._role_path_word, local._role_path)) ? local._role_path : "/"
  description          = "The program in the ECS task ${var.name} calls AWS with it."
  permissions_boundary = var.task.task_role.permissions_boundary
  tags                 = local._tags

  # The service principal is the same in every partition, China's too. Without
  # the conditions ECS could be talked into using the role for another account.
  # https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "RunTasks"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Condition = {
        StringEquals = { "aws:SourceAccount" = local._account_id }
        ArnLike = {
          "aws:SourceArn" = "arn:${local._partition}:ecs:${local._region}:${local._account_id}:*"
        }
      }
    }]
  })

  lifecycle {
    postcondition {
      condition     = self.arn == local._made_role_arn
      error_message = "The role is ${self.arn}, where ${coalesce(local._made_role_arn, "none")} was expected: account_id or partition is not the provider's own."
    }
  }
}

resource "aws_iam_role_policy" "this" {
  count = length(local._role_statements) > 0 ? 1 : 0

  name = "task"
  role = aws_iam_role.this[0].name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for sid, statement in local._role_statements : {
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
  for_each = local._role_policies

  role       = aws_iam_role.this[0].name
  policy_arn = each.value
}

################################################################################
# Role that ECS starts the containers with
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
################################################################################

locals {
  # Put together rather than read back, so that policies which name the role
  # can be read in the plan that makes it.
  _arn = "arn:${local._partition}:iam::${local._account_id}:role${var.path}${var.name}"
}

resource "aws_iam_role" "this" {
  name                 = var.name
  path                 = var.path
  description          = "ECS starts containers with it: pulls images, reads secrets, writes logs."
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags

  # The service principal is the same in every partition, China's too. Without
  # the conditions ECS could be talked into using the role for another account.
  # https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "StartTasks"
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
      condition     = self.arn == local._arn
      error_message = "The role is ${self.arn}, where ${local._arn} was expected: account_id or partition is not the provider's own."
    }
  }
}

resource "aws_iam_role_policy" "this" {
  name   = "start-tasks"
  role   = aws_iam_role.this.name
  policy = local._policies[0]

  lifecycle {
    precondition {
      condition = local._needed_more_policies <= local._more_policies
      error_message = join("", [
        "The execution role's policy has ${length(local._policy_json)} characters; an inline one takes ",
        "${local._inline_policy_size}, and each managed one beside it ${local._managed_policy_size}. ",
        local._needed_more_policies <= local._most_more_policies
        ? "more_policies = ${local._more_policies} of them are too few: say more_policies = ${local._needed_more_policies}."
        : join("", [
          "A role takes ${local._most_more_policies} of those, and it would need ${local._needed_more_policies}. ",
          "What is listed one by one makes it long: the repositories of ${length(distinct(var.images))} images, ",
          "${length(distinct(var.secrets))} secrets, ${length(local._file_arns)} files. Share some of them ",
          "among tasks, split the tasks over several calls, or give a role of your own.",
        ])
      ])
    }
  }
}

resource "aws_iam_policy" "more" {
  count = local._more_policies

  name        = "${var.name}-start-tasks-${count.index + 1}"
  path        = var.path
  description = "What the policy start-tasks of the role ${var.name} has no room for."
  policy      = local._policies[count.index + 1]
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "more" {
  count = local._more_policies

  role       = aws_iam_role.this.name
  policy_arn = aws_iam_policy.more[count.index].arn
}

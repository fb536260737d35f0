################################################################################
# Role that ECS starts the containers with
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
################################################################################

locals {
  # Put together rather than read back, so that policies which name the role
  # can be read in the plan that makes it.
  arn = "arn:${local.partition}:iam::${local.account_id}:role${var.path}${var.name}"
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
        StringEquals = { "aws:SourceAccount" = local.account_id }
        ArnLike = {
          "aws:SourceArn" = "arn:${local.partition}:ecs:${local.region}:${local.account_id}:*"
        }
      }
    }]
  })

  lifecycle {
    postcondition {
      condition = self.arn == local.arn
      error_message = join("", [
        "The role is ${self.arn}, where ${local.arn} was expected: account_id or partition is not the provider's ",
        "own.",
      ])
    }
  }
}

resource "aws_iam_role_policy" "this" {
  name   = "start-tasks"
  role   = aws_iam_role.this.name
  policy = local.policies[0]

  lifecycle {
    precondition {
      condition     = local.needed_additional_policy_count <= var.additional_policy_count
      error_message = local.too_long
    }
  }
}

resource "aws_iam_policy" "more" {
  count = var.additional_policy_count

  name        = "${var.name}-start-tasks-${count.index + 1}"
  path        = var.path
  description = "What the policy start-tasks of the role ${var.name} has no room for."
  policy      = local.policies[count.index + 1]
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "more" {
  count = var.additional_policy_count

  role       = aws_iam_role.this.name
  policy_arn = aws_iam_policy.more[count.index].arn
}

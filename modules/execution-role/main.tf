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
  policy = local._policy_json

  lifecycle {
    precondition {
      condition     = length(local._policy_json) <= local._inline_policy_size
      error_message = "The execution role's policy has ${length(local._policy_json)} characters; a role takes ${local._inline_policy_size}. What is listed one by one makes it long: the repositories of ${length(distinct(var.images))} images, ${length(distinct(var.secrets))} secrets, ${length(distinct(var.file_arns))} files. Share some of them among tasks, split the tasks over several calls, or give a role of your own."
    }
  }
}

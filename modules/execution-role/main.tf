################################################################################
# Role that ECS starts the containers with
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
################################################################################

locals {
  # The ARN is composed, not read from the resource: a policy that names the role is then known in
  # the plan that creates it.
  arn = "arn:${local.partition}:iam::${local.account_id}:role${var.path}${var.name}"
}

resource "aws_iam_role" "this" {
  name                 = var.name
  path                 = var.path
  description          = "ECS starts containers with it: pulls images, reads secrets, writes logs."
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags

  # The service principal is the same in every partition, also in China. The conditions prevent
  # that another account makes ECS use the role.
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
        "The role's ARN is ${self.arn}, and ${local.arn} was expected. Set account_id and partition to the ",
        "provider's own, or remove them.",
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
      error_message = local.size_error
    }
  }
}

resource "aws_iam_policy" "additional" {
  count = var.additional_policy_count

  name        = "${var.name}-start-tasks-${count.index + 1}"
  path        = var.path
  description = "Grants that the policy start-tasks of the role ${var.name} has no room for."
  policy      = local.policies[count.index + 1]
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "additional" {
  count = var.additional_policy_count

  role       = aws_iam_role.this.name
  policy_arn = aws_iam_policy.additional[count.index].arn
}

################################################################################
# Execution role: existing, or created with the rights that MWAA documents
# https://docs.aws.amazon.com/mwaa/latest/userguide/mwaa-create-role.html
################################################################################

locals {
  create_role = var.execution_role.existing == null

  # IAM's names are global: with the region, the same name can be used in two regions of an account.
  role_name = local.create_role ? coalesce(var.execution_role.name, "${var.name}-mwaa-${local.region}") : (
    reverse(split("/", var.execution_role.existing.arn))[0]
  )
  # The ARN is computed rather than read from the role, so that the plan that creates the role shows the
  # policies that name it.
  role_arn = (
    local.create_role
    ? "arn:${local.partition}:iam::${local.account_id}:role${coalesce(var.execution_role.path, "/")}${local.role_name}"
    : var.execution_role.existing.arn
  )
  environment_arn = "arn:${local.partition}:airflow:${local.region}:${local.account_id}:environment/${var.name}"
}

# Without this check, a role that does not trust MWAA fails only when MWAA creates the environment.
data "aws_iam_role" "existing" {
  count = try(var.execution_role.existing.check, false) ? 1 : 0
  name  = local.role_name
}

locals {
  mwaa_services = ["airflow-env.amazonaws.com", "airflow.amazonaws.com"]
  _trusted_services = flatten([
    for role in data.aws_iam_role.existing : [
      for statement in flatten([jsondecode(role.assume_role_policy).Statement]) :
      try(flatten([statement.Principal.Service]), []) if statement.Effect == "Allow"
    ]
  ])
  missing_trust = [
    for service in local.mwaa_services : service
    if length(data.aws_iam_role.existing) > 0 && !contains(local._trusted_services, service)
  ]
}

resource "aws_iam_role" "this" {
  count = local.create_role ? 1 : 0

  name                  = local.role_name
  path                  = coalesce(var.execution_role.path, "/")
  description           = "Execution role of the MWAA environment ${var.name}."
  permissions_boundary  = var.execution_role.permissions_boundary
  force_detach_policies = var.execution_role.force_detach_policies
  tags                  = var.tags

  # https://docs.aws.amazon.com/mwaa/latest/userguide/cross-service-confused-deputy-prevention.html
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "RunAirflow"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = ["airflow-env.amazonaws.com", "airflow.amazonaws.com"] }
      Condition = {
        StringEquals = { "aws:SourceAccount" = local.account_id }
        ArnLike      = { "aws:SourceArn" = local.environment_arn }
      }
    }]
  })

  # The environment uses the old role and its policies until it is updated, so they are destroyed last.
  lifecycle {
    create_before_destroy = true

    precondition {
      condition = length(local.role_name) <= 64
      error_message = join(" ", [
        "The execution role's name is \"${local.role_name}\" with ${length(local.role_name)} characters. It must have",
        "up to 64. Set a shorter execution_role.name.",
      ])
    }
  }
}

resource "aws_iam_role_policy" "documented" {
  count = local.create_role ? 1 : 0

  name   = "mwaa"
  role   = aws_iam_role.this[0].name
  policy = local.policy_json

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_iam_role_policy" "additional" {
  for_each = local.create_role ? var.execution_role.policies : {}

  name   = each.key
  role   = aws_iam_role.this[0].name
  policy = each.value

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_iam_role_policy_attachment" "additional" {
  for_each = local.create_role ? var.execution_role.policy_arns : {}

  role       = aws_iam_role.this[0].name
  policy_arn = each.value

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_iam_role_policy" "this" {
  name   = var.name
  role   = var.role_name
  policy = var.policy_json
}

# A warning and no error: the role may be made by the same apply.
check "role_exists" {
  data "aws_iam_role" "this" {
    name = var.role_name
  }

  assert {
    condition     = data.aws_iam_role.this.arn != ""
    error_message = "There is no role named ${jsonencode(var.role_name)} in this account. Copy the execution role's name, without ARN and path, from the MWAA environment's page."
  }
}

# A mistyped role is noticed in the plan, not halfway through the apply. A warning
# and no error, because the same plan may make the role. Neither `aws_iam_role`
# (it fails where there is none) nor a data source inside the check (no later plan
# is ever empty, and the message below is lost) can do this.
data "aws_iam_roles" "mwaa" {
  count = local._check_role ? 1 : 0

  name_regex = "^${replace(replace(var.mwaa_execution_role_name, ".", "\\."), "+", "\\+")}$"
}

locals {
  _check_role = var.policy.check_role && (
    var.policy.attach == null ? var.mwaa_execution_role_name != null : var.policy.attach
  )
}

check "mwaa_execution_role" {
  assert {
    condition     = alltrue([for found in data.aws_iam_roles.mwaa : length(found.names) > 0])
    error_message = "mwaa_execution_role_name = ${jsonencode(var.mwaa_execution_role_name)}: this account has no such role. Copy the execution role's name from the MWAA environment's page, without ARN and path. Where this very plan makes the role, say policy = { check_role = false }."
  }
}

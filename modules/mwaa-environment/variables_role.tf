variable "execution_role" {
  description = <<-EOT
    The role that Airflow works with. Default: this module creates one that can do exactly what MWAA documents.
    - `existing`: use an existing role.
      - `arn`: the role's ARN.
      - `check`: whether the plan checks that the role trusts MWAA. Default: true. It needs `iam:GetRole`. Set false
        if the same plan creates the role.
    - `name`: name of the role, up to 64 characters. Default: `<name>-mwaa-<region>`.
    - `path`: path of the role. Default: `/`. A change creates a second role before the first is destroyed, so
      change `name` too.
    - `permissions_boundary`: ARN of the policy that limits the role. Default: none.
    - `policies`: additional inline policies as JSON, by a name of your own. Default: none.
    - `policy_arns`: ARNs of additional managed policies, by a key of your own that stays with the policy. Default:
      none.
    - `force_detach_policies`: whether destroy removes the role even if somebody else attached a policy to it.
      Default: false.
  EOT
  type = object({
    existing = optional(object({
      arn   = string
      check = optional(bool, true)
    }))
    name                  = optional(string)
    path                  = optional(string)
    permissions_boundary  = optional(string)
    policies              = optional(map(string), {})
    policy_arns           = optional(map(string), {})
    force_detach_policies = optional(bool, false)
  })
  default  = {}
  nullable = false

  validation {
    condition = var.execution_role.existing == null || (
      var.execution_role.name == null && var.execution_role.path == null &&
      var.execution_role.permissions_boundary == null && length(var.execution_role.policies) == 0 &&
      length(var.execution_role.policy_arns) == 0 && !var.execution_role.force_detach_policies
    )
    error_message = join(" ", [
      "execution_role.existing is set together with other fields, but this module does not change an existing role.",
      "Remove the other fields, or remove existing to have a role created.",
    ])
  }

  validation {
    condition = var.execution_role.name == null || can(
      regex("^[a-zA-Z0-9+=,.@_-]{1,64}$", var.execution_role.name)
    )
    error_message = join(" ", [
      "execution_role.name is ${jsonencode(var.execution_role.name)}. It must have 1 to 64 letters, digits and the",
      "characters +=,.@_-.",
    ])
  }

  validation {
    condition = var.execution_role.path == null || can(
      regex("^/([a-zA-Z0-9+=,.@_-]+/)*$", var.execution_role.path)
    )
    error_message = join(" ", [
      "execution_role.path is ${jsonencode(var.execution_role.path)}. It must begin and end with a slash, e.g.",
      "\"/data/\".",
    ])
  }

  validation {
    condition = var.execution_role.existing == null || can(regex(
      "^arn:[a-z-]+:iam::[0-9]{12}:role/([a-zA-Z0-9+=,.@_-]+/)*[a-zA-Z0-9+=,.@_-]{1,64}$",
      var.execution_role.existing.arn
    ))
    error_message = join(" ", [
      "execution_role.existing.arn is ${jsonencode(try(var.execution_role.existing.arn, null))}. It must be the ARN of",
      "a role, e.g. \"arn:aws:iam::123456789012:role/service-role/AmazonMWAA-demo\".",
    ])
  }
}

variable "execution_role" {
  description = <<-EOT
    The role that ECS starts all tasks with. Default: this module creates one, with exactly the rights that the
    tasks' images, secrets and log groups need.
    - `existing`: use an existing role of this account.
      - `arn`: (Required) ARN of the role.
    - `name`: name of the role that is created. Default: `<name>-execution-<region>`.
    - `path`: path of the role in IAM. Default: `/`.
    - `permissions_boundary`: ARN of the policy that limits the role. Default: none.
    - `kms_key_arns`: ARNs of the keys that encrypt the tasks' secrets and environment files, except AWS's own
      keys. Default: none.
    - `grant_by`: how its policy grants writing to log groups. `name` lists each; `tag` grants those that have
      the tag `mwaa-ecs-contract = <ssm_prefix>`. Default: `name`.
    - `additional_policy_count`: number of managed policies beside its inline one, 0 to 10. They are needed from
      about a hundred images, secrets and files on, and the plan names the number. Default: 0.
  EOT
  type = object({
    existing                = optional(object({ arn = string }))
    name                    = optional(string)
    path                    = optional(string)
    permissions_boundary    = optional(string)
    kms_key_arns            = optional(list(string))
    grant_by                = optional(string)
    additional_policy_count = optional(number)
  })
  default  = {}
  nullable = false

  validation {
    condition = var.execution_role.existing == null || alltrue([
      for key in local.created_role_fields : var.execution_role[key] == null
    ])
    error_message = join("", [
      "execution_role.existing is set, and nothing about an existing role is changed, so ",
      "${join(" and ", [for key in local.created_role_fields : key if var.execution_role[key] != null])} cannot be ",
      "set. Remove it, or remove existing to have a role created.",
    ])
  }

  validation {
    condition = try(var.execution_role.existing.arn, null) == null || can(
      regex(
        "^arn:[a-z-]+:iam::[0-9]{12}:role/([a-zA-Z0-9+=,.@_-]+/)*[a-zA-Z0-9+=,.@_-]{1,64}$",
        var.execution_role.existing.arn,
      )
    )
    error_message = join("", [
      "execution_role.existing.arn is ${jsonencode(try(var.execution_role.existing.arn, null))}. It must be the ARN ",
      "of one role, without wildcards and policy variables, e.g. ",
      "\"arn:aws:iam::123456789012:role/ecsTaskExecutionRole\".",
    ])
  }

  validation {
    condition = try(var.execution_role.existing.arn, null) == null || try(
      slice(split(":", var.execution_role.existing.arn), 0, 5) ==
      tolist(["arn", local.provider_partition, "iam", "", local.provider_account_id]),
      true,
    )
    error_message = join("", [
      "execution_role.existing.arn is ${jsonencode(try(var.execution_role.existing.arn, null))}. It must be a role of ",
      "the account ${local.provider_account_id} (${local.provider_partition}), because ECS accepts no execution role ",
      "of another account. Set a role of this account, or remove execution_role to have one created.",
    ])
  }

  validation {
    condition = (
      var.execution_role.name == null ||
      can(regex("^[a-zA-Z0-9+=,.@_-]{1,64}$", coalesce(var.execution_role.name, " ")))
    )
    error_message = join("", [
      "execution_role.name is ${jsonencode(var.execution_role.name)}. It must have 1 to 64 letters, digits and ",
      "+=,.@_-, without ARN and path.",
    ])
  }

  validation {
    condition = (
      var.execution_role.path == null ||
      can(regex("^/([a-zA-Z0-9+=,.@_-]+/)*$", coalesce(var.execution_role.path, " ")))
    )
    error_message = join("", [
      "execution_role.path is ${jsonencode(var.execution_role.path)}. It must begin and end with a slash and have ",
      "letters, digits and +=,.@_- between slashes, e.g. \"/airflow/\".",
    ])
  }

  validation {
    condition = alltrue([
      for arn in coalesce(var.execution_role.kms_key_arns, []) :
      can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[a-zA-Z0-9-]+$", arn))
    ])
    error_message = join("", [
      "execution_role.kms_key_arns is ${jsonencode(var.execution_role.kms_key_arns)}. Each must be the ARN of a key, ",
      "not of an alias, which IAM does not resolve, e.g. \"arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d\".",
    ])
  }

  validation {
    condition = (
      var.execution_role.grant_by == null ||
      contains(["name", "tag"], coalesce(var.execution_role.grant_by, "-"))
    )
    error_message = join("", [
      "execution_role.grant_by is ${jsonencode(var.execution_role.grant_by)}. It must be one of \"name\", \"tag\".",
    ])
  }

  validation {
    condition = contains(range(0, 11), coalesce(var.execution_role.additional_policy_count, 0))
    error_message = join("", [
      "execution_role.additional_policy_count is ${jsonencode(var.execution_role.additional_policy_count)}. It must ",
      "be a whole number from 0 to 10.",
    ])
  }
}

variable "name" {
  description = "Name of the role."
  type        = string

  validation {
    condition     = can(regex("^[a-zA-Z0-9+=,.@_-]{1,64}$", var.name))
    error_message = "name = ${jsonencode(var.name)}: a role's name has 1 to 64 letters, digits and +=,.@_-, nothing else."
  }
}

variable "log_group_names" {
  description = "Log groups that the containers write to."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for name in var.log_group_names : (can(regex("^[a-zA-Z0-9_/.#-]+$", name)) && length(name) <= 512)])
    error_message = "log_group_names: ${join(", ", [for name in var.log_group_names : jsonencode(name) if !(can(regex("^[a-zA-Z0-9_/.#-]+$", name)) && length(name) <= 512)])} must be the name of one log group: 1 to 512 letters, digits and _/.#- (no ARN)."
  }
}

variable "existing_log_group_names" {
  description = "Existing log groups that the containers write to. They do not have `resource_tag`."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for name in var.existing_log_group_names : (can(regex("^[a-zA-Z0-9_/.#-]+$", name)) && length(name) <= 512)])
    error_message = "existing_log_group_names: ${join(", ", [for name in var.existing_log_group_names : jsonencode(name) if !(can(regex("^[a-zA-Z0-9_/.#-]+$", name)) && length(name) <= 512)])} must be the name of one log group: 1 to 512 letters, digits and _/.#- (no ARN)."
  }
}

variable "grant_by" {
  description = <<-EOT
    How the policy grants writing to log groups.
    - `name` (default): it lists each.
    - `tag`: it grants those that have `resource_tag`, whatever their number.
  EOT
  type        = string
  default     = "name"
  nullable    = false

  validation {
    condition     = contains(["name", "tag"], var.grant_by)
    error_message = "grant_by = ${jsonencode(var.grant_by)} must be one of \"name\", \"tag\"."
  }

  validation {
    condition = var.grant_by != "tag" || var.resource_tag != null
    error_message = join("", [
      "grant_by = \"tag\", but resource_tag is not set. Set the tag that the log groups have, or grant_by = ",
      "\"name\".",
    ])
  }
}

variable "resource_tag" {
  description = <<-EOT
    Tag that `log_group_names` have and no other log group in account and region, for `grant_by = "tag"`.
    Null: none.
  EOT
  type = object({
    key   = string
    value = string
  })
  default = null
}

variable "path" {
  description = "Path of the role in IAM."
  type        = string
  default     = "/"
  nullable    = false

  validation {
    condition = can(regex("^/([a-zA-Z0-9+=,.@_-]+/)*$", var.path))
    error_message = join("", [
      "path = ${jsonencode(var.path)}: a path begins and ends with a slash and has letters, digits and +=,.@_- ",
      "between slashes, e.g. \"/airflow/\".",
    ])
  }
}

variable "permissions_boundary" {
  description = "ARN of the policy that bounds what the role may ever do."
  type        = string
  default     = null
}

variable "images" {
  description = "Images of all containers. For those in ECR the role may pull, from these repositories only."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([for image in var.images : can(regex("^[^*?$]+$", image))])
    error_message = join("", [
      "images: ${join(", ", [for image in var.images : jsonencode(image) if !can(regex("^[^*?$]+$", image))])} has ",
      "a wildcard or a policy variable, and would reach more than it names. Each must name one image, without *, ? ",
      "and $${...}.",
    ])
  }
}

variable "secrets" {
  description = <<-EOT
    Secrets of all containers: ARNs of Secrets Manager (also with a JSON key, stage and version behind them)
    or of Parameter Store, or parameter names. The role may read these only.
  EOT
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([for secret in var.secrets : can(regex("^[^*?$]+$", secret))])
    error_message = join("", [
      "secrets: ${join(", ", [for secret in var.secrets : jsonencode(secret) if !can(regex("^[^*?$]+$", secret))])} ",
      "has a wildcard or a policy variable, and would reach more than it names. Each must name one secret, without ",
      "*, ? and $${...}.",
    ])
  }
}

variable "file_arns" {
  description = <<-EOT
    ARNs of objects in S3 that ECS reads for the containers: environment files, FireLens configurations. The
    role may read these only.
  EOT
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([for arn in var.file_arns : can(regex("^arn:[a-z-]+:s3:::[^*?$]+$", arn))])
    error_message = join("", [
      "file_arns: ",
      "${join(", ", [for arn in var.file_arns : jsonencode(arn) if !can(regex("^arn:[a-z-]+:s3:::[^*?$]+$", arn))])} ",
      "must be the ARN of one object in S3, without wildcards and policy variables.",
    ])
  }
}

variable "credential_specs" {
  description = <<-EOT
    Credential specs of Windows containers, as ECS takes them: `credentialspec:` or
    `credentialspecdomainless:` and the ARN of an object in S3 or of a parameter. The role may read these
    only.
  EOT
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([for spec in var.credential_specs : can(regex("^[^*?$]+$", spec))])
    error_message = join("", [
      "credential_specs: ",
      "${join(", ", [for spec in var.credential_specs : jsonencode(spec) if !can(regex("^[^*?$]+$", spec))])} has a ",
      "wildcard or a policy variable, and would reach more than it names. Each must name one object or parameter, ",
      "without *, ? and $${...}.",
    ])
  }
}

variable "kms_key_arns" {
  description = "ARNs of the KMS keys that secrets and files are encrypted with, where it is not AWS's own key."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([
      for arn in var.kms_key_arns :
      can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[a-zA-Z0-9-]+$", arn))
    ])
    error_message = join("", [
      "kms_key_arns = ${jsonencode(var.kms_key_arns)}: each is the ARN of a key (not of an alias: IAM does not look ",
      "at those), e.g. \"arn:aws:kms:eu-west-1:123456789012:key/...\".",
    ])
  }
}

variable "additional_policy_count" {
  description = <<-EOT
    How many managed policies the role has beside its inline one, 0 to 10; default 0. They hold what the
    inline policy (10,240 characters) has no room for, 6,144 characters each. The plan names the number that
    is needed.
  EOT
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = contains(range(0, 11), var.additional_policy_count)
    error_message = "additional_policy_count = ${var.additional_policy_count} must be a whole number from 0 to 10."
  }
}

variable "tags" {
  description = "Tags of the role."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "region" {
  description = "Region that the names stand for. Null: the provider's own."
  type        = string
  default     = null

  validation {
    condition     = var.region == null || can(regex("^[a-z0-9-]+$", var.region))
    error_message = "region = ${jsonencode(var.region)} must be the name of a region, e.g. \"eu-west-1\"."
  }
}

variable "account_id" {
  description = "Account that the names stand for. Null: the provider's own."
  type        = string
  default     = null

  validation {
    condition     = var.account_id == null || can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id = ${jsonencode(var.account_id)} must be an account of 12 digits."
  }
}

variable "partition" {
  description = "Partition that the names stand for: aws, aws-cn, aws-us-gov. Null: the provider's own."
  type        = string
  default     = null

  validation {
    condition     = var.partition == null || can(regex("^aws[a-z-]*$", var.partition))
    error_message = "partition = ${jsonencode(var.partition)} must be one of aws, aws-cn, aws-us-gov."
  }
}

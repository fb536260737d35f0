variable "name" {
  description = "Name of the role."
  type        = string

  validation {
    condition     = can(regex("^[a-zA-Z0-9+=,.@_-]{1,64}$", var.name))
    error_message = "name is ${jsonencode(var.name)}. It must have 1 to 64 letters, digits and +=,.@_-."
  }
}

# BEGIN GENERATED log-group-names: make docs
variable "log_group_names" {
  description = "Log groups of the containers, by name, that have `resource_tag` where it is set. Default: none."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([
      for name in var.log_group_names : can(regex("^[a-zA-Z0-9_/.#-]+$", name)) && length(name) <= 512
    ])
    error_message = join("", [
      "log_group_names: ",
      join(", ", [
        for name in var.log_group_names : jsonencode(name)
        if !(can(regex("^[a-zA-Z0-9_/.#-]+$", name)) && length(name) <= 512)
      ]),
      " must be the name of one log group, not its ARN: 1 to 512 letters, digits and _/.#-.",
    ])
  }
}

variable "existing_log_group_names" {
  description = "Existing log groups of the containers, by name. They do not have `resource_tag`. Default: none."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([
      for name in var.existing_log_group_names : can(regex("^[a-zA-Z0-9_/.#-]+$", name)) && length(name) <= 512
    ])
    error_message = join("", [
      "existing_log_group_names: ",
      join(", ", [
        for name in var.existing_log_group_names : jsonencode(name)
        if !(can(regex("^[a-zA-Z0-9_/.#-]+$", name)) && length(name) <= 512)
      ]),
      " must be the name of one log group, not its ARN: 1 to 512 letters, digits and _/.#-.",
    ])
  }
}
# END GENERATED log-group-names

variable "grant_by" {
  description = <<-EOT
    How the policy grants writing to log groups.
    - `name`: it lists each. This is the default.
    - `tag`: it grants those that have `resource_tag`, whatever their number. Existing ones are listed.
  EOT
  type        = string
  default     = "name"
  nullable    = false

  validation {
    condition     = contains(["name", "tag"], var.grant_by)
    error_message = "grant_by is ${jsonencode(var.grant_by)}. It must be one of \"name\", \"tag\"."
  }

  validation {
    condition = var.grant_by != "tag" || var.resource_tag != null
    error_message = join("", [
      "grant_by is \"tag\", and resource_tag is not set. Set the tag that the log groups have, or grant_by = \"name\".",
    ])
  }
}

# BEGIN GENERATED resource-tag: make docs
variable "resource_tag" {
  description = <<-EOT
    Tag that the task definitions and `log_group_names` have, and no other task definition or log group of the
    account and region. It is needed for `grant_by = "tag"`. Default: null, none.
    - `key`: (Required) key of the tag.
    - `value`: (Required) value of the tag.
  EOT
  type = object({
    key   = string
    value = string
  })
  default = null

  validation {
    condition = (
      var.resource_tag == null ? true : can(regex("^[a-zA-Z0-9 _.:/=+@-]{1,128}$", var.resource_tag.key)) &&
      can(regex("^[a-zA-Z0-9 _.:/=+@-]{1,256}$", var.resource_tag.value))
    )
    error_message = join("", [
      "resource_tag is ${jsonencode(var.resource_tag)}. key must have 1 to 128 and value 1 to 256 letters, digits, ",
      "spaces and _.:/=+-@.",
    ])
  }
}
# END GENERATED resource-tag

variable "path" {
  description = "Path of the role in IAM. Default: `/`."
  type        = string
  default     = "/"
  nullable    = false

  validation {
    condition = can(regex("^/([a-zA-Z0-9+=,.@_-]+/)*$", var.path))
    error_message = join("", [
      "path is ${jsonencode(var.path)}. It must begin and end with a slash and have letters, digits and +=,.@_- ",
      "between slashes, e.g. \"/airflow/\".",
    ])
  }
}

variable "permissions_boundary" {
  description = "ARN of the policy that limits the role. Default: none."
  type        = string
  default     = null
}

variable "images" {
  description = "Images of all containers. The role can pull those in ECR, from these repositories only. Default: none."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([for image in var.images : can(regex("^[^*?$]+$", image))])
    error_message = join("", [
      "images: ${join(", ", [for image in var.images : jsonencode(image) if !can(regex("^[^*?$]+$", image))])} has ",
      "a wildcard or a policy variable, so the role could pull others too. Each must name one image, without *, ? ",
      "and $${...}.",
    ])
  }
}

variable "secrets" {
  description = <<-EOT
    Secrets of all containers: ARNs of secrets in Secrets Manager, which a JSON key, stage and version can
    follow, and ARNs or names of parameters. The role can read these only. Default: none.
  EOT
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([for secret in var.secrets : can(regex("^[^*?$]+$", secret))])
    error_message = join("", [
      "secrets: ${join(", ", [for secret in var.secrets : jsonencode(secret) if !can(regex("^[^*?$]+$", secret))])} ",
      "has a wildcard or a policy variable, so the role could read others too. Each must name one secret, without ",
      "*, ? and $${...}.",
    ])
  }
}

variable "file_arns" {
  description = <<-EOT
    ARNs of objects in S3 that ECS reads for the containers: environment files and FireLens configurations.
    The role can read these only. Default: none.
  EOT
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([for arn in var.file_arns : can(regex("^arn:[a-z-]+:s3:::[^*?$]+$", arn))])
    error_message = join("", [
      "file_arns: ",
      "${join(", ", [for arn in var.file_arns : jsonencode(arn) if !can(regex("^arn:[a-z-]+:s3:::[^*?$]+$", arn))])} ",
      "must be the ARN of one object in S3, without *, ? and $${...}.",
    ])
  }
}

variable "credential_specs" {
  description = <<-EOT
    Credential specs of Windows containers, as ECS takes them: `credentialspec:` or
    `credentialspecdomainless:` and the ARN of an object in S3 or of a parameter. The role can read these
    only. Default: none.
  EOT
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([for spec in var.credential_specs : can(regex("^[^*?$]+$", spec))])
    error_message = join("", [
      "credential_specs: ",
      "${join(", ", [for spec in var.credential_specs : jsonencode(spec) if !can(regex("^[^*?$]+$", spec))])} has a ",
      "wildcard or a policy variable, so the role could read others too. Each must name one object or parameter, ",
      "without *, ? and $${...}.",
    ])
  }
}

variable "kms_key_arns" {
  description = "ARNs of the KMS keys that encrypt the secrets and files, except AWS's own keys. Default: none."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([
      for arn in var.kms_key_arns :
      can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[a-zA-Z0-9-]+$", arn))
    ])
    error_message = join("", [
      "kms_key_arns is ${jsonencode(var.kms_key_arns)}. Each must be the ARN of a key, not of an alias, which ",
      "IAM does not resolve, e.g. \"arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d\".",
    ])
  }
}

variable "additional_policy_count" {
  description = <<-EOT
    Number of managed policies beside the role's inline policy, 0 to 10. The inline policy has room for 10,240
    characters, each managed policy for 6,144. The plan names the number that is needed. Default: 0.
  EOT
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = contains(range(0, 11), var.additional_policy_count)
    error_message = "additional_policy_count is ${var.additional_policy_count}. It must be a whole number from 0 to 10."
  }
}

variable "tags" {
  description = "Tags of the role and its managed policies. Default: none."
  type        = map(string)
  default     = {}
  nullable    = false
}

# BEGIN GENERATED place-inputs: make docs
variable "region" {
  description = "Region of the names in the policy. Default: the provider's."
  type        = string
  default     = null

  validation {
    condition     = var.region == null || can(regex("^[a-z0-9-]+$", var.region))
    error_message = "region is ${jsonencode(var.region)}. It must be the name of a region, e.g. \"eu-west-1\"."
  }
}

variable "account_id" {
  description = "Account of the names in the policy. Default: the provider's."
  type        = string
  default     = null

  validation {
    condition     = var.account_id == null || can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is ${jsonencode(var.account_id)}. It must be an account ID of 12 digits."
  }
}

variable "partition" {
  description = "Partition of the names in the policy: aws, aws-cn or aws-us-gov. Default: the provider's."
  type        = string
  default     = null

  validation {
    condition     = var.partition == null || can(regex("^aws[a-z-]*$", var.partition))
    error_message = "partition is ${jsonencode(var.partition)}. It must be one of aws, aws-cn, aws-us-gov."
  }
}
# END GENERATED place-inputs

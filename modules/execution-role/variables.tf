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

variable "other_log_group_names" {
  description = "Log groups that the containers write to and that do not have `own_tag`, because they existed before."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for name in var.other_log_group_names : (can(regex("^[a-zA-Z0-9_/.#-]+$", name)) && length(name) <= 512)])
    error_message = "other_log_group_names: ${join(", ", [for name in var.other_log_group_names : jsonencode(name) if !(can(regex("^[a-zA-Z0-9_/.#-]+$", name)) && length(name) <= 512)])} must be the name of one log group: 1 to 512 letters, digits and _/.#- (no ARN)."
  }
}

variable "own_tag" {
  description = "Tag that `log_group_names` have and no other log group in account and region. Where a policy with all names would be too long, it grants what has the tag instead. Null: always by name."
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
    condition     = can(regex("^/([a-zA-Z0-9+=,.@_-]+/)*$", var.path))
    error_message = "path = ${jsonencode(var.path)}: a path begins and ends with a slash and has letters, digits and +=,.@_- between slashes, e.g. \"/airflow/\"."
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
    condition     = alltrue([for image in var.images : can(regex("^[^*?$]+$", image))])
    error_message = "images: ${join(", ", [for image in var.images : jsonencode(image) if !can(regex("^[^*?$]+$", image))])} has a wildcard or a policy variable, and would reach more than it names. Each must name one image, without *, ? and $${...}."
  }
}

variable "secrets" {
  description = "Secrets of all containers: ARNs of Secrets Manager (also with a JSON key, stage and version behind them) or of Parameter Store, or parameter names. The role may read these only."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for secret in var.secrets : can(regex("^[^*?$]+$", secret))])
    error_message = "secrets: ${join(", ", [for secret in var.secrets : jsonencode(secret) if !can(regex("^[^*?$]+$", secret))])} has a wildcard or a policy variable, and would reach more than it names. Each must name one secret, without *, ? and $${...}."
  }
}

variable "file_arns" {
  description = "ARNs of objects in S3 that ECS reads for the containers: environment files, FireLens configurations. The role may read these only."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.file_arns : can(regex("^arn:[a-z-]+:s3:::[^*?$]+$", arn))])
    error_message = "file_arns: ${join(", ", [for arn in var.file_arns : jsonencode(arn) if !can(regex("^arn:[a-z-]+:s3:::[^*?$]+$", arn))])} must be the ARN of one object in S3, without wildcards and policy variables."
  }
}

variable "credential_specs" {
  description = "Credential specs of Windows containers, as ECS takes them: `credentialspec:` or `credentialspecdomainless:` and the ARN of an object in S3 or of a parameter. The role may read these only."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for spec in var.credential_specs : can(regex("^[^*?$]+$", spec))])
    error_message = "credential_specs: ${join(", ", [for spec in var.credential_specs : jsonencode(spec) if !can(regex("^[^*?$]+$", spec))])} has a wildcard or a policy variable, and would reach more than it names. Each must name one object or parameter, without *, ? and $${...}."
  }
}

variable "kms_key_arns" {
  description = "ARNs of the KMS keys that secrets and files are encrypted with, where it is not AWS's own key."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.kms_key_arns : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[a-zA-Z0-9-]+$", arn))])
    error_message = "kms_key_arns = ${jsonencode(var.kms_key_arns)}: each is the ARN of a key (not of an alias: IAM does not look at those), e.g. \"arn:aws:kms:eu-west-1:123456789012:key/...\"."
  }
}

variable "more_policies" {
  description = "How many managed policies the role has beside its inline one, for what that has no room for (10,240 characters): 0 to 10, of 6,144 characters each. Null: by the number of `images`, `secrets`, `file_arns` and `credential_specs`: none up to 100, then one for every 60. Say 0 where many tasks share few of them."
  type        = number
  default     = null

  validation {
    condition     = var.more_policies == null ? true : contains(range(0, 11), var.more_policies)
    error_message = "more_policies = ${jsonencode(var.more_policies)}: legal is 0 to 10."
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

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
}

variable "other_log_group_names" {
  description = "Log groups that the containers write to and that do not have `own_tag`, because they existed before."
  type        = list(string)
  default     = []
  nullable    = false
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
    condition     = can(regex("^/([!-~]+/)?$", var.path))
    error_message = "path = ${jsonencode(var.path)}: a path begins and ends with a slash, e.g. \"/airflow/\"."
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
}

variable "secrets" {
  description = "Secrets of all containers: ARNs of Secrets Manager (also with a JSON key, stage and version behind them) or of Parameter Store, or parameter names. The role may read these only."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "file_arns" {
  description = "ARNs of objects in S3 that ECS reads for the containers: environment files, FireLens configurations. The role may read these only."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "kms_key_arns" {
  description = "ARNs of the KMS keys that secrets and files are encrypted with, where it is not AWS's own key."
  type        = list(string)
  default     = []
  nullable    = false
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
}

variable "account_id" {
  description = "Account that the names stand for. Null: the provider's own."
  type        = string
  default     = null
}

variable "partition" {
  description = "Partition that the names stand for: aws, aws-cn, aws-us-gov. Null: the provider's own."
  type        = string
  default     = null
}

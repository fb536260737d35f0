variable "bucket" {
  description = <<-EOT
    The bucket with DAGs, requirements and plugins. Default: this module creates one, private, versioned and
    encrypted.
    - `existing`: use an existing bucket.
      - `arn`: the bucket's ARN.
      - `check`: whether the plan checks that the bucket is versioned and private. Default: true. It needs
        `cloudformation:GetResource` and S3's Get actions on the bucket. Set false if the same plan creates the
        bucket.
      - `kms_key_arn`: ARN of the KMS key that encrypts the bucket, for the rights of the role that this module
        creates. Default: `kms_key_arn` of the environment.
    - `name`: name of the bucket. Default: `airflow-<name>-<account>-<region>`, in lower case.
    - `policies`: policies as JSON, by a name of your own, whose statements are added to the bucket's policy. A bucket
      has one policy, so another `aws_s3_bucket_policy` would undo this module's. Default: none.
    - `old_dags_days`: days after which S3 removes an overwritten or deleted version of a DAG; 0 keeps them for ever.
      Old versions of requirements, plugins and startup scripts stay. Default: 90.
    - `force_destroy`: whether destroy removes a bucket that has files. Default: false.
    - `kms_encrypted`: whether `kms_key_arn` encrypts the bucket, rather than S3's own key. Default: true if
      `kms_key_arn` is set. Set true if the key's ARN is known only after apply.
  EOT
  type = object({
    existing = optional(object({
      arn         = string
      check       = optional(bool, true)
      kms_key_arn = optional(string)
    }))
    name          = optional(string)
    policies      = optional(map(string), {})
    old_dags_days = optional(number)
    force_destroy = optional(bool, false)
    kms_encrypted = optional(bool)
  })
  default  = {}
  nullable = false

  validation {
    condition = var.bucket.existing == null || (
      var.bucket.name == null && !var.bucket.force_destroy && var.bucket.kms_encrypted == null &&
      length(var.bucket.policies) == 0 && var.bucket.old_dags_days == null
    )
    error_message = join(" ", [
      "bucket.existing is set together with name, policies, old_dags_days, force_destroy or kms_encrypted, but this",
      "module does not change an existing bucket. Remove these fields, or remove existing to have a bucket created.",
    ])
  }

  validation {
    condition = alltrue([for policy in values(var.bucket.policies) : can(jsondecode(policy).Statement)])
    error_message = join(" ", [
      "bucket.policies:",
      "${join(", ", [for name, policy in var.bucket.policies : name if !can(jsondecode(policy).Statement)])}: the",
      "value must be a policy in JSON with a Statement, e.g. data.aws_iam_policy_document.mine.json.",
    ])
  }

  validation {
    condition = var.bucket.old_dags_days == null || try(
      var.bucket.old_dags_days >= 0 && floor(var.bucket.old_dags_days) == var.bucket.old_dags_days, false
    )
    error_message = join(" ", [
      "bucket.old_dags_days is ${jsonencode(var.bucket.old_dags_days)}. It must be a whole number of days, or 0 to",
      "keep old versions of DAGs for ever.",
    ])
  }

  validation {
    condition     = var.bucket.kms_encrypted != true || var.kms_key_arn != null
    error_message = "bucket.kms_encrypted is true, but kms_key_arn is not set. Set kms_key_arn to the key's ARN."
  }

  validation {
    condition = var.bucket.existing == null || can(
      regex("^arn:[a-z-]+:s3:::[a-z0-9.-]{3,63}$", var.bucket.existing.arn)
    )
    error_message = join(" ", [
      "bucket.existing.arn is ${jsonencode(try(var.bucket.existing.arn, null))}. It must be the ARN of a bucket, e.g.",
      "\"arn:aws:s3:::my-airflow-bucket\".",
    ])
  }

  validation {
    condition = var.bucket.name == null || can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket.name))
    error_message = join(" ", [
      "bucket.name is ${jsonencode(var.bucket.name)}. It must have 3 to 63 lower-case letters, digits and hyphens, and",
      "begin and end with a letter or digit.",
    ])
  }
}

variable "dag_s3_path" {
  description = "Folder of the DAGs in the bucket, with or without a slash at its end. Default: `dags`."
  type        = string
  default     = "dags"
  nullable    = false

  validation {
    condition = can(regex("^[^/]+(/[^/]+)*/?$", var.dag_s3_path)) && !startswith(var.dag_s3_path, "s3:")
    error_message = join(" ", [
      "dag_s3_path is ${jsonencode(var.dag_s3_path)}. It must be a folder in the bucket that does not begin with",
      "a slash, e.g. \"dags\".",
    ])
  }
}

variable "requirements" {
  description = <<-EOT
    The requirements file in the bucket: the output `requirements` of `modules/dags`. Default: none.
    - `path`: the object's key.
    - `object_version`: the object's version. MWAA takes up a change of the file only with its new version.
  EOT
  type        = object({ path = string, object_version = string })
  default     = null

  validation {
    condition = var.requirements == null ? true : (
      !contains(["", "null"], coalesce(var.requirements.object_version, "null"))
    )
    error_message = join(" ", [
      "requirements.object_version of ${jsonencode(try(var.requirements.path, null))} is empty, so MWAA would never",
      "take up a change. It must be the object's version. Switch on the versioning of the bucket.",
    ])
  }
}

variable "plugins" {
  description = <<-EOT
    The zip file with plugins in the bucket: the output `plugins` of `modules/dags`. Default: none.
    - `path`: the object's key.
    - `object_version`: the object's version. MWAA takes up a change of the file only with its new version.
  EOT
  type        = object({ path = string, object_version = string })
  default     = null

  validation {
    condition = var.plugins == null ? true : (
      !contains(["", "null"], coalesce(var.plugins.object_version, "null"))
    )
    error_message = join(" ", [
      "plugins.object_version of ${jsonencode(try(var.plugins.path, null))} is empty, so MWAA would never take up a",
      "change. It must be the object's version. Switch on the versioning of the bucket.",
    ])
  }
}

variable "startup_script" {
  description = <<-EOT
    The startup script in the bucket: the output `startup_script` of `modules/dags`. Default: none.
    - `path`: the object's key.
    - `object_version`: the object's version. MWAA takes up a change of the file only with its new version.
  EOT
  type        = object({ path = string, object_version = string })
  default     = null

  validation {
    condition = var.startup_script == null ? true : (
      !contains(["", "null"], coalesce(var.startup_script.object_version, "null"))
    )
    error_message = join(" ", [
      "startup_script.object_version of ${jsonencode(try(var.startup_script.path, null))} is empty, so MWAA would",
      "never take up a change. It must be the object's version. Switch on the versioning of the bucket.",
    ])
  }
}

variable "subnet_ids" {
  description = "The two private subnets, in two zones of one VPC. A change makes a new environment."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) == 2 && length(distinct(var.subnet_ids)) == 2
    error_message = "subnet_ids has ${length(var.subnet_ids)} (${join(", ", var.subnet_ids)}): MWAA takes exactly two, in two zones."
  }

  validation {
    condition     = alltrue([for id in var.subnet_ids : can(regex("^subnet-[0-9a-z]+$", id))])
    error_message = "subnet_ids = ${jsonencode(var.subnet_ids)}: each element is one subnet's id, subnet-...."
  }
}

variable "security_group_ids" {
  description = "1 to 5 security groups that let themselves in. Null: one is made that does, and lets out everything."
  type        = list(string)
  default     = null

  validation {
    condition     = var.security_group_ids == null || contains(range(1, 6), length(coalesce(var.security_group_ids, [])))
    error_message = "security_group_ids has ${length(coalesce(var.security_group_ids, []))}: give 1 to 5, or leave it out to have one made."
  }

  validation {
    condition     = alltrue([for id in coalesce(var.security_group_ids, []) : can(regex("^sg-[0-9a-z]+$", id))])
    error_message = "security_group_ids = ${jsonencode(var.security_group_ids)}: each element is one group's id, sg-....; its name will not do."
  }
}

variable "webserver_access_mode" {
  description = "Where the Airflow UI is reached from: `PRIVATE_ONLY` (from within the VPC), `PUBLIC_ONLY` (from the internet, with IAM's permission) or `PUBLIC_AND_PRIVATE` (both; from Airflow 3.2 on, and it takes an AWS provider of May 2026 or later)."
  type        = string
  default     = "PRIVATE_ONLY"
  nullable    = false

  validation {
    condition     = contains(["PRIVATE_ONLY", "PUBLIC_ONLY", "PUBLIC_AND_PRIVATE"], var.webserver_access_mode)
    error_message = "webserver_access_mode = ${jsonencode(var.webserver_access_mode)}: legal are \"PRIVATE_ONLY\", \"PUBLIC_ONLY\" and \"PUBLIC_AND_PRIVATE\"."
  }

  validation {
    condition = var.webserver_access_mode != "PUBLIC_AND_PRIVATE" || var.airflow_version == null || can(
      regex("^(3\\.([2-9]|[1-9][0-9])|[4-9]|[1-9][0-9])\\.", var.airflow_version)
    )
    error_message = "webserver_access_mode = \"PUBLIC_AND_PRIVATE\" with airflow_version = ${jsonencode(var.airflow_version)}: MWAA has it from Airflow 3.2 on. Give a newer version, or \"PRIVATE_ONLY\" or \"PUBLIC_ONLY\"."
  }
}

variable "webserver_source_cidrs" {
  description = "Addresses that may reach the web server from within the VPC by HTTPS, beside the environment itself. For the security group that is made."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for block in var.webserver_source_cidrs : can(cidrnetmask(block)) && try(cidrsubnet(block, 0, 0), null) == block])
    error_message = "webserver_source_cidrs: ${join(", ", [for block in var.webserver_source_cidrs : jsonencode(block) if !can(cidrnetmask(block)) || try(cidrsubnet(block, 0, 0), null) != block])}: give an IPv4 block by its first address, e.g. \"10.0.0.0/8\"."
  }

  validation {
    condition     = length(var.webserver_source_cidrs) == 0 || var.security_group_ids == null
    error_message = "webserver_source_cidrs is given with security_group_ids: nothing is added to groups of yours. Leave one of them out."
  }
}

variable "endpoint_management" {
  description = "Who makes the VPC endpoints of the environment's database and web server: `SERVICE` (MWAA) or `CUSTOMER` (you, from the outputs `database_vpc_endpoint_service` and `webserver_vpc_endpoint_service`, within 72 hours). A change makes a new environment."
  type        = string
  default     = "SERVICE"
  nullable    = false

  validation {
    condition     = contains(["SERVICE", "CUSTOMER"], var.endpoint_management)
    error_message = "endpoint_management = ${jsonencode(var.endpoint_management)}: legal are \"SERVICE\" and \"CUSTOMER\"."
  }
}

variable "bucket" {
  description = <<-EOT
    The bucket with DAGs, requirements and plugins. Default: this module creates one, private, versioned and
    encrypted.
    - `existing`: use an existing bucket.
      - `arn`: the bucket's ARN.
      - `check`: whether the plan looks if the bucket is versioned and private; default true. It needs
        `cloudformation:GetResource` and S3's Get actions on the bucket. Set false where the same plan
        creates the bucket.
    - `name`: default `airflow-<name>-<account>-<region>`, in lower case.
    - `force_destroy`: whether destroy removes a bucket with files in it; default false.
    - `kms_encrypted`: whether the bucket is encrypted with `kms_key_arn` rather than with S3's own key.
      Default: true if `kms_key_arn` is set. Set true where the key's ARN is known only after apply.
  EOT
  type = object({
    existing = optional(object({
      arn   = string
      check = optional(bool, true)
    }))
    name          = optional(string)
    force_destroy = optional(bool, false)
    kms_encrypted = optional(bool)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.bucket.existing == null || (var.bucket.name == null && !var.bucket.force_destroy && var.bucket.kms_encrypted == null)
    error_message = "bucket.existing is set, and nothing about an existing bucket is changed, so name, force_destroy and kms_encrypted cannot be set. Remove them, or remove existing to have a bucket created."
  }

  validation {
    condition     = var.bucket.kms_encrypted != true || var.kms_key_arn != null
    error_message = "bucket.kms_encrypted = true, but kms_key_arn is not given: give the key's ARN."
  }

  validation {
    condition     = var.bucket.existing == null || can(regex("^arn:[a-z-]+:s3:::[a-z0-9.-]{3,63}$", var.bucket.existing.arn))
    error_message = "bucket.existing.arn = ${jsonencode(try(var.bucket.existing.arn, null))}: give a bucket's ARN, e.g. \"arn:aws:s3:::my-airflow-bucket\"."
  }

  validation {
    condition     = var.bucket.name == null || can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket.name))
    error_message = "bucket.name = ${jsonencode(var.bucket.name)}: a bucket's name has 3 to 63 small letters, digits and hyphens."
  }
}

variable "dag_s3_path" {
  description = "Folder of the DAGs in the bucket, without a slash at its end."
  type        = string
  default     = "dags"
  nullable    = false

  validation {
    condition     = can(regex("^[^/]+(/[^/]+)*$", var.dag_s3_path)) && !startswith(var.dag_s3_path, "s3:")
    error_message = "dag_s3_path = ${jsonencode(var.dag_s3_path)}: give a folder in the bucket, without a slash before or after it, e.g. \"dags\"."
  }
}

variable "requirements" {
  description = "The requirements file in the bucket: `path`, and `object_version`, without which a change would do nothing. As the output `requirements` of `modules/dags` gives it."
  type        = object({ path = string, object_version = string })
  default     = null

  validation {
    condition     = var.requirements == null ? true : !contains(["", "null"], coalesce(var.requirements.object_version, "null"))
    error_message = "requirements.object_version of ${jsonencode(try(var.requirements.path, null))} is empty: without it MWAA never takes up a change. An object without a version lies in a bucket without versioning, which MWAA refuses; switch it on."
  }
}

variable "plugins" {
  description = "The zip file with plugins in the bucket: `path` and `object_version`. As the output `plugins` of `modules/dags` gives it."
  type        = object({ path = string, object_version = string })
  default     = null

  validation {
    condition     = var.plugins == null ? true : !contains(["", "null"], coalesce(var.plugins.object_version, "null"))
    error_message = "plugins.object_version of ${jsonencode(try(var.plugins.path, null))} is empty: without it MWAA never takes up a change. An object without a version lies in a bucket without versioning, which MWAA refuses; switch it on."
  }
}

variable "startup_script" {
  description = "The startup script in the bucket: `path` and `object_version`. As the output `startup_script` of `modules/dags` gives it."
  type        = object({ path = string, object_version = string })
  default     = null

  validation {
    condition     = var.startup_script == null ? true : !contains(["", "null"], coalesce(var.startup_script.object_version, "null"))
    error_message = "startup_script.object_version of ${jsonencode(try(var.startup_script.path, null))} is empty: without it MWAA never takes up a change. An object without a version lies in a bucket without versioning, which MWAA refuses; switch it on."
  }
}

variable "execution_role" {
  description = <<-EOT
    The role that Airflow works with. Default: this module creates one that can do exactly what MWAA documents.
    - `existing`: use an existing role: its `arn`.
    - `name`: default `<name>-mwaa`, up to 64 characters.
    - `path`: default `/`. Another path is another role, which is made before the old one goes: give it another
      name too.
    - `permissions_boundary`: ARN of a policy that bounds it.
    - `policies`: more that it may do, as JSON, by a name of your own.
    - `policy_arns`: managed policies that it gets, by a name of your own that stays with the policy.
    - `force_detach_policies`: destroy takes the role even if somebody else attached a policy to it.
  EOT
  type = object({
    existing              = optional(object({ arn = string }))
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
      length(var.execution_role.policy_arns) == 0
    )
    error_message = "execution_role.existing is set, and nothing about an existing role is changed, so nothing beside it can be set. Remove the rest, or remove existing to have a role created."
  }

  validation {
    condition     = var.execution_role.name == null || can(regex("^[a-zA-Z0-9+=,.@_-]{1,64}$", var.execution_role.name))
    error_message = "execution_role.name = ${jsonencode(var.execution_role.name)}: a role's name has 1 to 64 letters, digits and +=,.@_-."
  }

  validation {
    condition     = var.execution_role.path == null || can(regex("^/([a-zA-Z0-9+=,.@_-]+/)*$", var.execution_role.path))
    error_message = "execution_role.path = ${jsonencode(var.execution_role.path)}: a path has a slash before it and one after it, e.g. \"/data/\"."
  }

  validation {
    condition     = var.execution_role.existing == null || can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/([a-zA-Z0-9+=,.@_-]+/)*[a-zA-Z0-9+=,.@_-]{1,64}$", var.execution_role.existing.arn))
    error_message = "execution_role.existing.arn = ${jsonencode(try(var.execution_role.existing.arn, null))}: give a role's ARN, e.g. \"arn:aws:iam::123456789012:role/service-role/AmazonMWAA-demo\"."
  }
}

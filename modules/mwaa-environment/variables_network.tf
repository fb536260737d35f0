variable "subnet_ids" {
  description = "Two private subnets, in two zones of one VPC. A change replaces the environment."
  type        = list(string)

  validation {
    condition = length(var.subnet_ids) == 2 && length(distinct(var.subnet_ids)) == 2
    error_message = join(" ", [
      "subnet_ids is ${jsonencode(var.subnet_ids)}. It must have exactly two different subnets, in two zones.",
      "Set the ids of two private subnets.",
    ])
  }

  validation {
    condition = alltrue([for id in var.subnet_ids : can(regex("^subnet-[0-9a-z]+$", id))])
    error_message = join(" ", [
      "subnet_ids is ${jsonencode(var.subnet_ids)}. Each element must be the id of one subnet, e.g.",
      "\"subnet-0a1b2c3d\".",
    ])
  }
}

variable "vpc_id" {
  description = "The VPC of the subnets. Default: it is read in the first plan, and the state keeps it."
  type        = string
  default     = null

  validation {
    condition     = var.vpc_id == null || can(regex("^vpc-[0-9a-z]+$", var.vpc_id))
    error_message = "vpc_id is ${jsonencode(var.vpc_id)}. It must be the id of a VPC, e.g. \"vpc-0a1b2c3d\"."
  }
}

variable "security_group_ids" {
  description = <<-EOT
    1 to 5 existing security groups that allow all traffic among their members. Default: this module creates one that
    does, and that allows all outbound traffic. A list that is known only after apply needs `compact(…)` around it.
  EOT
  type        = list(string)
  default     = null

  validation {
    condition = var.security_group_ids == null || contains(
      range(1, 6), length(coalesce(var.security_group_ids, []))
    )
    error_message = join(" ", [
      "security_group_ids has ${length(coalesce(var.security_group_ids, []))} elements. It must have 1 to 5. Remove",
      "it to have a security group created.",
    ])
  }

  validation {
    condition = alltrue([for id in coalesce(var.security_group_ids, []) : can(regex("^sg-[0-9a-z]+$", id))])
    error_message = join(" ", [
      "security_group_ids is ${jsonencode(var.security_group_ids)}. Each element must be the id of a security group,",
      "e.g. \"sg-0a1b2c3d\". Replace names by ids.",
    ])
  }
}

variable "check_security_groups" {
  description = <<-EOT
    Whether the plan warns if `security_group_ids` do not let their own members in on TCP 443 and 5432. It needs
    `cloudformation:GetResource`. Default: true.
  EOT
  type        = bool
  default     = true
  nullable    = false
}

variable "additional_security_group_ids" {
  description = <<-EOT
    Up to 4 existing security groups beside the one that this module creates, for example one that a database lets in.
    Default: none.
  EOT
  type        = list(string)
  default     = null

  validation {
    condition = length(coalesce(var.additional_security_group_ids, [])) <= 4
    error_message = join(" ", [
      "additional_security_group_ids has ${length(coalesce(var.additional_security_group_ids, []))} elements. It must",
      "have up to 4. Remove some.",
    ])
  }

  validation {
    condition = alltrue([for id in coalesce(var.additional_security_group_ids, []) : can(regex("^sg-[0-9a-z]+$", id))])
    error_message = join(" ", [
      "additional_security_group_ids is ${jsonencode(var.additional_security_group_ids)}. Each element must be the id",
      "of a security group, e.g. \"sg-0a1b2c3d\". Replace names by ids.",
    ])
  }

  validation {
    condition = var.additional_security_group_ids == null || var.security_group_ids == null
    error_message = join(" ", [
      "additional_security_group_ids is set together with security_group_ids. Put all of them into security_group_ids,",
      "or remove it to have a security group created beside these.",
    ])
  }
}

variable "webserver_access_mode" {
  description = <<-EOT
    Where users reach the Airflow UI from. Default: null, from the VPC for a new environment; an existing one stays
    as it is.
    - `PRIVATE_ONLY`: from the VPC.
    - `PUBLIC_ONLY`: from the internet, with permission by IAM.
    - `PUBLIC_AND_PRIVATE`: from both. It needs Airflow 3.2 and an AWS provider of May 2026, or later ones.
  EOT
  type        = string
  default     = null

  validation {
    condition = contains(
      ["PRIVATE_ONLY", "PUBLIC_ONLY", "PUBLIC_AND_PRIVATE"], coalesce(var.webserver_access_mode, "PRIVATE_ONLY")
    )
    error_message = join(" ", [
      "webserver_access_mode is ${jsonencode(var.webserver_access_mode)}. It must be one of \"PRIVATE_ONLY\",",
      "\"PUBLIC_ONLY\", \"PUBLIC_AND_PRIVATE\".",
    ])
  }

  validation {
    condition = coalesce(var.webserver_access_mode, "-") != "PUBLIC_AND_PRIVATE" || var.airflow_version == null || can(
      regex("^(3\\.([2-9]|[1-9][0-9])|[4-9]|[1-9][0-9])\\.", var.airflow_version)
    )
    error_message = join(" ", [
      "webserver_access_mode is \"PUBLIC_AND_PRIVATE\" with airflow_version = ${jsonencode(var.airflow_version)}. MWAA",
      "has it from Airflow 3.2 on. Set a newer version, or \"PRIVATE_ONLY\" or \"PUBLIC_ONLY\".",
    ])
  }
}

variable "webserver_source_cidrs" {
  description = <<-EOT
    IPv4 blocks that can reach the web server in the VPC by HTTPS, for the security group that this module creates.
    Default: none, only the environment itself can.
  EOT
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([
      for block in var.webserver_source_cidrs :
      can(cidrnetmask(block)) && try(cidrsubnet(block, 0, 0), null) == block
    ])
    error_message = join("", [
      "webserver_source_cidrs has ${join(", ", [
        for block in var.webserver_source_cidrs : jsonencode(block)
        if !can(cidrnetmask(block)) || try(cidrsubnet(block, 0, 0), null) != block
      ])}. Each element must be an IPv4 block that begins with its first address, e.g. \"10.0.0.0/8\".",
    ])
  }

  validation {
    condition = length(var.webserver_source_cidrs) == 0 || var.security_group_ids == null
    error_message = join(" ", [
      "webserver_source_cidrs is set together with security_group_ids, but this module adds no rules to existing",
      "security groups. Remove one of the two.",
    ])
  }
}

variable "endpoint_management" {
  description = <<-EOT
    Who creates the VPC endpoints of the environment's database and web server. A change replaces the environment.
    Default: null, MWAA for a new environment; an existing one stays as it is.
    - `SERVICE`: MWAA.
    - `CUSTOMER`: you, within 72 hours, from the outputs `database_vpc_endpoint_service` and
      `webserver_vpc_endpoint_service`.
  EOT
  type        = string
  default     = null

  validation {
    condition = contains(["SERVICE", "CUSTOMER"], coalesce(var.endpoint_management, "SERVICE"))
    error_message = join(" ", [
      "endpoint_management is ${jsonencode(var.endpoint_management)}. It must be one of \"SERVICE\", \"CUSTOMER\".",
    ])
  }
}

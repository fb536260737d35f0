variable "name" {
  description = "What the VPC and everything in it is named after."
  type        = string

  validation {
    condition     = can(regex("^[a-zA-Z][a-zA-Z0-9-]{0,47}$", var.name)) && !startswith(lower(var.name), "sg-")
    error_message = "name = ${jsonencode(var.name)}: give 1 to 48 letters, digits and hyphens, beginning with a letter and not with sg-, e.g. \"airflow\"."
  }
}

variable "cidr_block" {
  description = "Addresses of the VPC, a /16 to a /20. Each private subnet gets a sixteenth of it, each public one a 256th."
  type        = string
  default     = "10.192.0.0/16"
  nullable    = false

  validation {
    condition     = can(cidrnetmask(var.cidr_block)) && contains(range(16, 21), tonumber(try(split("/", var.cidr_block)[1], 0)))
    error_message = "cidr_block = ${jsonencode(var.cidr_block)}: give an IPv4 block from /16 to /20, e.g. \"10.192.0.0/16\"."
  }

  validation {
    condition     = !can(cidrnetmask(var.cidr_block)) || try(cidrsubnet(var.cidr_block, 0, 0), var.cidr_block) == var.cidr_block
    error_message = "cidr_block = ${jsonencode(var.cidr_block)}: this is an address in a block, the block is ${jsonencode(try(cidrsubnet(var.cidr_block, 0, 0), null))}."
  }
}

variable "availability_zones" {
  description = "Zones that the VPC has a private subnet in: 2 to 6 names. Null: the first two of the region, in alphabetical order. Name them if the environment is to last: a zone that is new to the account may move the subnets, and with them the environment. MWAA takes exactly two of the subnets."
  type        = list(string)
  default     = null

  validation {
    condition     = var.availability_zones == null || contains(range(2, 7), length(coalesce(var.availability_zones, [])))
    error_message = "availability_zones has ${length(coalesce(var.availability_zones, []))} (${join(", ", coalesce(var.availability_zones, []))}): give 2 to 6. MWAA needs two private subnets in two zones."
  }

  validation {
    condition     = length(distinct(coalesce(var.availability_zones, []))) == length(coalesce(var.availability_zones, []))
    error_message = "availability_zones = ${jsonencode(var.availability_zones)}: one zone is given twice."
  }
}

variable "nat_gateways" {
  description = "The private subnets' way out: `one` NAT gateway for all (default), `per_zone` (a zone's failure does not cut the others off), or `none` (no way to the internet: VPC endpoints alone)."
  type        = string
  default     = "one"
  nullable    = false

  validation {
    condition     = contains(["one", "per_zone", "none"], var.nat_gateways)
    error_message = "nat_gateways = ${jsonencode(var.nat_gateways)}: legal are \"one\", \"per_zone\" and \"none\"."
  }
}

variable "uses" {
  description = <<-EOT
    What is used from the private subnets. The VPC endpoints follow from it: S3's gateway endpoint is
    always made, it costs nothing; the interface endpoints where `nat_gateways` is `none`, or on request.
    - `interface_endpoints`: true makes them beside a NAT gateway too. Null: only where there is none.
    - `mwaa`: an MWAA environment: ECR, logs, monitoring, SQS, KMS and MWAA's own (three; in China and
      GovCloud two).
    - `ecs`: DAGs run tasks on ECS: ECS and logs.
    - `ecr`: the tasks' images lie in ECR. They must, where there is no NAT gateway.
    - `ssm`: DAGs read parameters, tasks take secrets from Parameter Store.
    - `secrets_manager`: tasks or DAGs take secrets from Secrets Manager.
    - `kms`: something of it is encrypted with a KMS key of yours. MWAA needs it anyway.
    - `sts`: DAGs assume other roles.
    - `others`: further services, as in `com.amazonaws.<region>.<service>`, e.g. `athena`. ECS Exec needs
      `ssmmessages`. `dynamodb` becomes a gateway endpoint, which is always made and costs nothing.
  EOT
  type = object({
    interface_endpoints = optional(bool)
    mwaa                = optional(bool, true)
    ecs                 = optional(bool, true)
    ecr                 = optional(bool, true)
    ssm                 = optional(bool, true)
    secrets_manager     = optional(bool, false)
    kms                 = optional(bool, false)
    sts                 = optional(bool, false)
    others              = optional(list(string), [])
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for service in var.uses.others : can(regex("^[a-z0-9][a-z0-9.-]*$", service)) && !startswith(service, "com.")])
    error_message = "uses.others = ${jsonencode(var.uses.others)}: give what stands behind com.amazonaws.<region>., e.g. \"athena\"."
  }

  validation {
    condition     = !contains(var.uses.others, "s3")
    error_message = "uses.others = ${jsonencode(var.uses.others)}: leave s3 out, its gateway endpoint is always made."
  }

  validation {
    condition     = var.nat_gateways != "none" || var.uses.interface_endpoints != false || var.existing != null
    error_message = "uses.interface_endpoints = false with nat_gateways = \"none\": then nothing in the private subnets reaches AWS. Leave interface_endpoints out, or have a NAT gateway."
  }

  validation {
    condition     = var.nat_gateways != "none" || !var.uses.ecs || var.uses.ecr || var.existing != null
    error_message = "uses.ecr = false with nat_gateways = \"none\": without a way out the tasks' images can come from ECR alone (CannotPullContainerError else). Leave uses.ecr true, or have a NAT gateway."
  }
}

variable "endpoint_policies" {
  description = "Policies, as JSON, in place of the module's own, by service as in `com.amazonaws.<region>.<service>`, e.g. `{ s3 = data.aws_iam_policy_document.buckets.json }`."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for policy in values(var.endpoint_policies) : can(jsondecode(policy).Statement)])
    error_message = "endpoint_policies: ${join(", ", [for service, policy in var.endpoint_policies : service if !can(jsondecode(policy).Statement)])}: this is no policy in JSON, it has no Statement."
  }

  # Whether there is an endpoint in this very environment may differ from one to the next.
  validation {
    condition     = length(setsubtract(keys(var.endpoint_policies), keys(local.service_names))) == 0
    error_message = "endpoint_policies: ${join(", ", setsubtract(keys(var.endpoint_policies), keys(local.service_names)))}: by what uses says there is no endpoint for this. Legal are ${join(", ", sort(keys(local.service_names)))}."
  }

  validation {
    condition     = length(var.endpoint_policies) == 0 || var.existing == null
    error_message = "endpoint_policies is given with existing: nothing is made in a VPC that exists. Leave one of them out."
  }
}

variable "flow_logs" {
  description = <<-EOT
    Writes the VPC's flow logs to CloudWatch. Null: none are written.
    - `retention_in_days`: one of the values that CloudWatch knows; 0 keeps them for ever.
    - `traffic_type`: ALL, ACCEPT or REJECT.
    - `kms_key_arn`: key that they are encrypted with; its policy must allow CloudWatch Logs.
  EOT
  type = object({
    retention_in_days = optional(number, 30)
    traffic_type      = optional(string, "ALL")
    kms_key_arn       = optional(string)
  })
  default = null

  validation {
    condition     = var.flow_logs == null ? true : contains(["ALL", "ACCEPT", "REJECT"], var.flow_logs.traffic_type)
    error_message = "flow_logs.traffic_type = ${jsonencode(try(var.flow_logs.traffic_type, null))}: legal are \"ALL\", \"ACCEPT\" and \"REJECT\"."
  }

  validation {
    condition = var.flow_logs == null ? true : contains(
      local.retentions,
      var.flow_logs.retention_in_days
    )
    error_message = join(" ", [
      "flow_logs.retention_in_days is ${jsonencode(try(var.flow_logs.retention_in_days, null))}.",
      "It must be one of ${join(", ", local.retentions)}; 0 is for ever.",
    ])
  }
}

variable "existing" {
  description = <<-EOT
    A VPC that exists already. Nothing is made; it is checked, and what is wrong is a warning in the plan.
    - `vpc_id`: the VPC.
    - `subnet_ids`: its private subnets that MWAA and the tasks are to use.

    Both by ids known in the plan: not of a VPC that is made in the same one.
  EOT
  type = object({
    vpc_id     = string
    subnet_ids = list(string)
  })
  default = null

  validation {
    condition     = var.existing == null ? true : can(regex("^vpc-[0-9a-z]+$", var.existing.vpc_id))
    error_message = "existing.vpc_id = ${jsonencode(try(var.existing.vpc_id, null))}: give a VPC's id, vpc-...."
  }

  validation {
    condition     = var.existing == null ? true : alltrue([for id in var.existing.subnet_ids : can(regex("^subnet-[0-9a-z]+$", id))])
    error_message = "existing.subnet_ids = ${jsonencode(try(var.existing.subnet_ids, null))}: each element is one subnet's id, subnet-...."
  }

  validation {
    condition     = var.existing == null ? true : length(distinct(var.existing.subnet_ids)) == length(var.existing.subnet_ids)
    error_message = "existing.subnet_ids = ${jsonencode(try(var.existing.subnet_ids, null))}: one subnet is given twice."
  }

  validation {
    condition     = var.existing == null || var.flow_logs == null
    error_message = "flow_logs is given with existing: nothing is made in a VPC that exists. Leave one of them out."
  }
}

variable "tags" {
  description = "Tags of everything that can have some."
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

# BEGIN GENERATED retentions: make docs
locals {
  # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
  retentions = [
    0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
  ]
}
# END GENERATED retentions

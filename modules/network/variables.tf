variable "name" {
  description = "Name of the VPC, and beginning of the names of its resources."
  type        = string

  validation {
    condition = can(regex("^[a-zA-Z][a-zA-Z0-9-]{0,47}$", var.name)) && !startswith(lower(var.name), "sg-")
    error_message = join(" ", [
      "name is ${jsonencode(var.name)}. It must have 1 to 48 letters, digits and hyphens, and begin with a letter",
      "and not with sg-, e.g. \"airflow\".",
    ])
  }
}

variable "cidr_block" {
  description = <<-EOT
    IPv4 block of the VPC, /16 to /27. A private subnet gets a 16th of it, an eighth of a /21 or /22, a quarter of a /23
    to /25. The public subnets share the last such part. A /23 or /24 has room for 3 zones, a /25 to /27 for 2.
    A /26 has two private and two public subnets of 16 addresses, or with `nat_gateways = "none"` two private ones of
    32. A /27 has two private ones of 16, and needs `nat_gateways = "none"`. AWS keeps 5 addresses of each subnet, and
    each interface endpoint takes one in each private subnet.
  EOT
  type        = string
  default     = "10.192.0.0/16"
  nullable    = false

  validation {
    condition = (
      can(cidrnetmask(var.cidr_block)) &&
      contains(range(16, 28), tonumber(try(split("/", var.cidr_block)[1], 0)))
    )
    error_message = join(" ", [
      "cidr_block is ${jsonencode(var.cidr_block)}. It must be an IPv4 block from /16 to /27, e.g.",
      "\"10.192.0.0/16\". A /28 is AWS's smallest subnet, and MWAA needs two.",
    ])
  }

  validation {
    condition = !endswith(var.cidr_block, "/27") || var.nat_gateways == "none" || var.existing != null
    error_message = join(" ", [
      "cidr_block is ${jsonencode(var.cidr_block)}, and nat_gateways is ${jsonencode(var.nat_gateways)}. A /27 has",
      "room for two private subnets alone. Set a /26 or larger, or nat_gateways to \"none\".",
    ])
  }

  validation {
    condition = (
      !can(cidrnetmask(var.cidr_block)) ||
      try(cidrsubnet(var.cidr_block, 0, 0), var.cidr_block) == var.cidr_block
    )
    error_message = join(" ", [
      "cidr_block is ${jsonencode(var.cidr_block)}, an address inside a block. Set the block:",
      "${jsonencode(try(cidrsubnet(var.cidr_block, 0, 0), null))}.",
    ])
  }
}

variable "availability_zones" {
  description = <<-EOT
    Names of the 2 to 6 zones with a private subnet. Default: the region's first two, in alphabetical order, which the
    state keeps. MWAA takes exactly two of the subnets.
  EOT
  type        = list(string)
  default     = null

  validation {
    condition = var.availability_zones == null || contains(
      range(2, 7), length(coalesce(var.availability_zones, []))
    )
    error_message = join(" ", [
      "availability_zones has ${length(coalesce(var.availability_zones, []))}",
      "(${join(", ", coalesce(var.availability_zones, []))}). It must have 2 to 6. MWAA needs two private subnets in",
      "two zones.",
    ])
  }

  validation {
    condition = length(coalesce(var.availability_zones, [])) <= local.max_zones
    error_message = join(" ", [
      "availability_zones has ${length(coalesce(var.availability_zones, []))}, but cidr_block",
      "${jsonencode(var.cidr_block)} has room for ${local.max_zones}. Remove zones, or set a larger block.",
    ])
  }

  validation {
    condition = (
      length(distinct(coalesce(var.availability_zones, []))) == length(coalesce(var.availability_zones, []))
    )
    error_message = "availability_zones is ${jsonencode(var.availability_zones)}. Each zone must be there once."
  }
}

variable "nat_gateways" {
  description = <<-EOT
    NAT gateways of the private subnets. Default: `one`.
    - `one`: one for all zones.
    - `per_zone`: one in each zone, so that a zone's failure does not cut off the others.
    - `none`: no way to the internet, VPC endpoints only.
  EOT
  type        = string
  default     = "one"
  nullable    = false

  validation {
    condition     = contains(["one", "per_zone", "none"], var.nat_gateways)
    error_message = "nat_gateways is ${jsonencode(var.nat_gateways)}. It must be \"one\", \"per_zone\" or \"none\"."
  }
}

variable "uses" {
  description = <<-EOT
    Services that the private subnets use. They decide which VPC endpoints the module creates: always the gateway
    endpoint of S3, which is free; interface endpoints if `nat_gateways` is `none` or `interface_endpoints` is true.
    - `interface_endpoints`: whether to create interface endpoints. Default: only without a NAT gateway.
    - `mwaa`: an MWAA environment: ECR, logs, monitoring, SQS, KMS and MWAA's own endpoints. Default: true.
    - `ecs`: DAGs run tasks on ECS: ECS and logs. Default: true.
    - `ecr`: the tasks' images are in ECR, which is required without a NAT gateway. Default: true.
    - `ssm`: DAGs read parameters, or tasks take secrets from Parameter Store. Default: true.
    - `secrets_manager`: tasks or DAGs take secrets from Secrets Manager. Default: false.
    - `kms`: a KMS key of yours encrypts something of it. `mwaa` includes it. Default: false.
    - `sts`: DAGs assume other roles. Default: false.
    - `others`: more services, as in `com.amazonaws.<region>.<service>`, for example `athena`, or `ssmmessages` for
      ECS Exec. `dynamodb` becomes a gateway endpoint, which is free. Default: none.
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
    condition = alltrue([
      for service in var.uses.others :
      can(regex("^[a-z0-9][a-z0-9.-]*$", service)) && !startswith(service, "com.")
    ])
    error_message = join(" ", [
      "uses.others is ${jsonencode(var.uses.others)}. An element must be the part after com.amazonaws.<region>.,",
      "e.g. \"athena\".",
    ])
  }

  validation {
    condition     = !contains(var.uses.others, "s3")
    error_message = "uses.others is ${jsonencode(var.uses.others)}. Leave s3 out: its gateway endpoint always exists."
  }

  validation {
    condition = (
      var.nat_gateways != "none" || var.uses.interface_endpoints != false || var.existing != null || var.within != null
    )
    error_message = join(" ", [
      "uses.interface_endpoints is false and nat_gateways is \"none\": nothing in the private subnets reaches AWS.",
      "Leave interface_endpoints out, or set nat_gateways to \"one\".",
    ])
  }

  validation {
    condition = var.nat_gateways != "none" || !var.uses.ecs || var.uses.ecr || var.existing != null
    error_message = join(" ", [
      "uses.ecr is false and nat_gateways is \"none\": tasks cannot pull images from anywhere",
      "(CannotPullContainerError). Set uses.ecr to true, or nat_gateways to \"one\".",
    ])
  }
}

variable "endpoint_policies" {
  description = <<-EOT
    Policies of VPC endpoints in place of the module's own, as JSON. The key is the service as in
    `com.amazonaws.<region>.<service>`, for example `{ s3 = data.aws_iam_policy_document.buckets.json }`.
  EOT
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition = alltrue([for policy in values(var.endpoint_policies) : can(jsondecode(policy).Statement)])
    error_message = join(" ", [
      "endpoint_policies:",
      "${join(", ", [for service, policy in var.endpoint_policies : service if !can(jsondecode(policy).Statement)])}:",
      "the value must be a policy in JSON with a Statement.",
    ])
  }

  # An endpoint that only some environments create may have a policy in all of them.
  validation {
    condition = length(setsubtract(keys(var.endpoint_policies), keys(local.service_names))) == 0
    error_message = join(" ", [
      "endpoint_policies: ${join(", ", setsubtract(keys(var.endpoint_policies), keys(local.service_names)))}: uses",
      "has no endpoint of this name. The key must be one of ${join(", ", sort(keys(local.service_names)))}.",
    ])
  }

  validation {
    condition = length(var.endpoint_policies) == 0 || var.existing == null
    error_message = join(" ", [
      "endpoint_policies is set and existing is set. The module creates nothing in an existing VPC. Leave one of",
      "them out.",
    ])
  }
}

variable "flow_logs" {
  description = <<-EOT
    Flow logs of the VPC in CloudWatch. Default: null, none.
    - `retention_in_days`: days to keep them, one of CloudWatch's values; 0 keeps them for ever. Default: 30.
    - `traffic_type`: `ALL`, `ACCEPT` or `REJECT`. Default: `ALL`.
    - `kms_key_arn`: ARN of the KMS key that encrypts them; its policy must allow CloudWatch Logs. Default: none.
  EOT
  type = object({
    retention_in_days = optional(number, 30)
    traffic_type      = optional(string, "ALL")
    kms_key_arn       = optional(string)
  })
  default = null

  validation {
    condition = var.flow_logs == null ? true : contains(["ALL", "ACCEPT", "REJECT"], var.flow_logs.traffic_type)
    error_message = join(" ", [
      "flow_logs.traffic_type is ${jsonencode(try(var.flow_logs.traffic_type, null))}. It must be \"ALL\",",
      "\"ACCEPT\" or \"REJECT\".",
    ])
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

variable "within" {
  description = <<-EOT
    An existing VPC in which the module creates subnets, their way out and endpoints. Default: null, it creates the VPC.
    - `vpc_id`: (Required) id of the VPC. DNS host names and DNS resolution must be on.
    - `internet_gateway_id`: id of its internet gateway, for the NAT gateways. Required unless `nat_gateways` is `none`.

    `cidr_block` is then the free block of that VPC which the subnets share.
  EOT
  type = object({
    vpc_id              = string
    internet_gateway_id = optional(string)
  })
  default = null

  validation {
    condition     = var.within == null || var.existing == null
    error_message = "within is set and existing is set. Leave one out: existing only checks, within creates subnets."
  }

  validation {
    condition = (
      var.within == null || var.nat_gateways == "none" || try(var.within.internet_gateway_id, null) != null
    )
    error_message = join(" ", [
      "within.internet_gateway_id is not set, and nat_gateways is ${jsonencode(var.nat_gateways)}. Set the id of the",
      "VPC's internet gateway, igw-..., or nat_gateways to \"none\".",
    ])
  }
}

variable "existing" {
  description = <<-EOT
    An existing VPC. The module then creates nothing: it checks the VPC, and each fault is a warning in the plan.
    - `vpc_id`: (Required) id of the VPC.
    - `subnet_ids`: (Required) ids of its private subnets for MWAA and the tasks.
    - `check_endpoints`: whether its endpoints are checked where a subnet has no default route. Default: true. Set
      false if `depends_on` stands on this module's block: Terraform must know in the plan how many there are.

    Both ids must be known in the plan, so the VPC cannot be created in the same one.
  EOT
  type = object({
    vpc_id          = string
    subnet_ids      = list(string)
    check_endpoints = optional(bool, true)
  })
  default = null

  validation {
    condition = var.existing == null ? true : can(regex("^vpc-[0-9a-z]+$", var.existing.vpc_id))
    error_message = join(" ", [
      "existing.vpc_id is ${jsonencode(try(var.existing.vpc_id, null))}. It must be the id of a",
      "VPC, vpc-....",
    ])
  }

  validation {
    condition = var.existing == null ? true : alltrue([
      for id in var.existing.subnet_ids : can(regex("^subnet-[0-9a-z]+$", id))
    ])
    error_message = join(" ", [
      "existing.subnet_ids is ${jsonencode(try(var.existing.subnet_ids, null))}. Each element must be the id of a",
      "subnet, subnet-....",
    ])
  }

  validation {
    condition = var.existing == null ? true : (
      length(distinct(var.existing.subnet_ids)) == length(var.existing.subnet_ids)
    )
    error_message = join(" ", [
      "existing.subnet_ids is ${jsonencode(try(var.existing.subnet_ids, null))}. Each subnet must",
      "be there once.",
    ])
  }

  validation {
    condition = var.existing == null || var.flow_logs == null
    error_message = join(" ", [
      "flow_logs is set and existing is set. The module creates nothing in an existing VPC. Leave",
      "one of them out.",
    ])
  }
}

variable "tags" {
  description = "Tags of all resources that can have tags."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "region" {
  description = "Region of the resources, for names. Default: the provider's."
  type        = string
  default     = null
}

variable "account_id" {
  description = "Account of the resources, for names. Default: the provider's."
  type        = string
  default     = null
}

variable "partition" {
  description = "Partition of the resources, for names: `aws`, `aws-cn` or `aws-us-gov`. Default: the provider's."
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

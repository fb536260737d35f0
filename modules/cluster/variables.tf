variable "name" {
  description = "Name of the ECS cluster."
  type        = string

  validation {
    condition     = can(regex("^[a-zA-Z0-9_-]{1,255}$", var.name))
    error_message = "name = ${jsonencode(var.name)}: a cluster's name has 1 to 255 letters, digits, hyphens and underscores, nothing else."
  }
}

variable "capacity_providers" {
  description = "Capacity providers that tasks may run on: FARGATE, FARGATE_SPOT, or the name of a provider of your own that exists already."
  type        = list(string)
  default     = ["FARGATE", "FARGATE_SPOT"]
  nullable    = false

  validation {
    condition = alltrue([
      for p in var.capacity_providers :
      contains(["FARGATE", "FARGATE_SPOT"], p) ||
      (can(regex("^[a-zA-Z0-9_-]{1,255}$", p)) && !can(regex("^(?i)(aws|ecs|fargate)", p)))
    ])
    error_message = "capacity_providers = ${jsonencode(var.capacity_providers)}: each is FARGATE, FARGATE_SPOT or the name of a provider of your own (letters, digits, hyphens, underscores; not beginning with aws, ecs or fargate)."
  }
}

variable "container_insights" {
  description = "CloudWatch Container Insights for the cluster: disabled, enabled or enhanced. CloudWatch charges for all but disabled."
  type        = string
  default     = "disabled"
  nullable    = false

  validation {
    condition     = contains(["disabled", "enabled", "enhanced"], var.container_insights)
    error_message = "container_insights = ${jsonencode(var.container_insights)}: legal are disabled, enabled and enhanced."
  }
}

variable "tags" {
  description = "Tags of the cluster."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "name" {
  description = <<-EOT
    What the security group's name begins with, and its tag `Name`. AWS adds 26 characters, so that a
    replacement can stand beside the old group.
  EOT
  type        = string

  validation {
    condition = (
      can(regex("^[a-zA-Z0-9 ._:/()#,@+=&;{}!$*\\[\\]-]{1,228}$", var.name)) &&
      !startswith(lower(var.name), "sg-")
    )
    error_message = join("", [
      "name = ${jsonencode(var.name)}: a security group's name has 1 to 228 letters, digits, blanks and ",
      "._-:/()#,@[]+=&;{}!$*, and does not begin with sg-.",
    ])
  }
}

variable "vpc_id" {
  description = "VPC in which the tasks' subnets lie."
  type        = string
}

variable "egress" {
  description = <<-EOT
    Where tasks may connect to, by a name of your own. Each rule has exactly one of `cidr_ipv4`,
    `cidr_ipv6`, `prefix_list_id` and `security_group_id`. The default allows everything on IPv4. Nothing
    can connect to a task.
  EOT
  type = map(object({
    description       = optional(string)
    ip_protocol       = optional(string, "-1")
    from_port         = optional(number)
    to_port           = optional(number)
    cidr_ipv4         = optional(string)
    cidr_ipv6         = optional(string)
    prefix_list_id    = optional(string)
    security_group_id = optional(string)
  }))
  default = {
    all = {
      description = "Images, logs, secrets and whatever the jobs talk to."
      cidr_ipv4   = "0.0.0.0/0"
    }
  }
  nullable = false

  validation {
    condition = alltrue([
      for rule in var.egress : 1 == length([
        for target in [
          rule.cidr_ipv4, rule.cidr_ipv6, rule.prefix_list_id, rule.security_group_id
        ] : target if target != null
      ])
    ])
    error_message = "${join(", ", [
      for name, rule in var.egress : "egress.${name}" if 1 != length([
        for target in [
          rule.cidr_ipv4, rule.cidr_ipv6, rule.prefix_list_id, rule.security_group_id
        ] : target if target != null
      ])
    ])}: a rule has exactly one of cidr_ipv4, cidr_ipv6, prefix_list_id and security_group_id."
  }

  validation {
    condition = alltrue([
      for rule in var.egress : rule.ip_protocol == "-1"
      ? rule.from_port == null && rule.to_port == null
      : rule.from_port != null && rule.to_port != null
    ])
    error_message = "${join(", ", [
      for name, rule in var.egress : "egress.${name}"
      if(rule.ip_protocol == "-1") != (rule.from_port == null) || (rule.from_port == null) != (rule.to_port == null)
    ])}: a rule with ip_protocol has from_port and to_port; a rule without it (every protocol) has neither."
  }
}

variable "tags" {
  description = "Tags of the security group and its rules."
  type        = map(string)
  default     = {}
  nullable    = false
}

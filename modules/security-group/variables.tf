variable "name" {
  description = <<-EOT
    Prefix of the security group's name, and its tag `Name`. Terraform adds 26 characters, so that a
    replacement can exist beside the old group.
  EOT
  type        = string

  validation {
    condition = (
      can(regex("^[a-zA-Z0-9 ._:/()#,@+=&;{}!$*\\[\\]-]{1,228}$", var.name)) &&
      !startswith(lower(var.name), "sg-")
    )
    error_message = join("", [
      "name is ${jsonencode(var.name)}. It must have 1 to 228 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*, ",
      "and must not begin with sg-.",
    ])
  }
}

variable "vpc_id" {
  description = "VPC of the tasks' subnets."
  type        = string
}

variable "egress" {
  description = <<-EOT
    Destinations that tasks can connect to, by a name of your own. Nothing can connect to a task. Default: one
    rule that allows every protocol to all IPv4 addresses. Each rule has exactly one destination.
    - `description`: of the rule, up to 255 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*. Default: none.
    - `ip_protocol`: tcp, udp, icmp, icmpv6, a number, or -1 for every protocol. Default: -1.
    - `from_port`: (Required with a protocol) first port. Default: none.
    - `to_port`: (Required with a protocol) last port. Default: none.
    - `cidr_ipv4`: destination, a range of IPv4 addresses. Default: none.
    - `cidr_ipv6`: destination, a range of IPv6 addresses. Default: none.
    - `prefix_list_id`: destination, a prefix list. Default: none.
    - `security_group_id`: destination, what has this security group. Default: none.
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
    ])}: set exactly one of cidr_ipv4, cidr_ipv6, prefix_list_id and security_group_id in each rule."
  }

  validation {
    condition = alltrue([
      for rule in var.egress :
      can(regex("^[a-zA-Z0-9 ._:/()#,@+=&;{}!$*\\[\\]-]{0,255}$", coalesce(rule.description, "-")))
    ])
    error_message = "${join(", ", [
      for name, rule in var.egress : "egress.${name}.description is ${jsonencode(rule.description)}"
      if !can(regex("^[a-zA-Z0-9 ._:/()#,@+=&;{}!$*\\[\\]-]{0,255}$", coalesce(rule.description, "-")))
    ])}. It must have up to 255 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*, and no apostrophe."
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
    ])}: set from_port and to_port with an ip_protocol; without it (every protocol), set neither."
  }
}

variable "tags" {
  description = "Tags of the security group and its rules. Default: none."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "name" {
  description = "Name of the inline policy."
  type        = string
}

variable "role_name" {
  description = "Name of the role that the policy is attached to."
  type        = string
}

variable "policy_json" {
  description = "The policy."
  type        = string
}

output "json" {
  description = "The policy, for those who attach it themselves."
  value       = local.json

  # Where this module makes a policy, the resource validates its size.
  precondition {
    condition     = local.attach || var.managed || length(local.json) <= local.size_limit
    error_message = local.too_long
  }
}

output "attached_to" {
  description = "Name of the role that has the policy, or null. Known once it has it."
  value       = local.attach ? var.role_name : null
  depends_on  = [aws_iam_role_policy.this, aws_iam_role_policy_attachment.this]
}

output "arn" {
  description = "ARN of the managed policy, or null."
  value       = var.managed ? aws_iam_policy.this[0].arn : null
}

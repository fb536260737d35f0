output "json" {
  description = "JSON of the policy, to attach it yourself."
  value       = local.policy_json

  # If this module creates a policy, the resource validates its size.
  precondition {
    condition     = local.attach || var.managed || length(local.policy_json) <= local.size_limit
    error_message = local.size_error
  }
}

output "attached_to" {
  description = "Name of the role that the policy is attached to, or null. It waits for the policy."
  value       = local.attach ? var.role_name : null
  depends_on  = [aws_iam_role_policy.this, aws_iam_role_policy_attachment.this]
}

output "arn" {
  description = "ARN of the managed policy, or null."
  value       = var.managed ? aws_iam_policy.this[0].arn : null
}

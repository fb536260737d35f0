output "json" {
  description = "The policy, for those who attach it themselves."
  value       = local._json
}

output "attached_to" {
  description = "Name of the role that has the policy, or null. Known once it has it."
  value       = local._attach ? var.role_name : null
  depends_on  = [aws_iam_role_policy.this, aws_iam_role_policy_attachment.this]
}

output "arn" {
  description = "ARN of the managed policy, or null."
  value       = var.managed ? aws_iam_policy.this[0].arn : null
}

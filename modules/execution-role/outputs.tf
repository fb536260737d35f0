output "arn" {
  description = "ARN of the role. Known at plan time; used only once the role may do what it must."
  value       = local.arn
  depends_on  = [aws_iam_role.this, aws_iam_role_policy.this, aws_iam_role_policy_attachment.more]
}

output "name" {
  description = "Name of the role."
  value       = aws_iam_role.this.name
}

output "policy_json" {
  description = "What the role may do, as JSON: of all its policies together."
  value       = local.policy_json
}

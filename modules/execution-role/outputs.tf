output "arn" {
  description = "ARN of the role, known at plan time. At apply it waits for the role's policies."
  value       = local.arn
  depends_on  = [aws_iam_role.this, aws_iam_role_policy.this, aws_iam_role_policy_attachment.additional]
}

output "name" {
  description = "Name of the role."
  value       = aws_iam_role.this.name
}

output "policy_json" {
  description = "JSON of all the role's policies together."
  value       = local.policy_json
}

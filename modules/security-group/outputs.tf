output "id" {
  description = "ID of the security group. It waits for the egress rules, so that tasks can use them."
  value       = aws_security_group.this.id
  depends_on  = [aws_vpc_security_group_egress_rule.this]
}

output "arn" {
  description = "ARN of the security group."
  value       = aws_security_group.this.arn
}

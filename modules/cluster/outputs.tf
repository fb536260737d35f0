output "name" {
  description = "Name of the cluster. Known once tasks can use its capacity providers."
  value       = aws_ecs_cluster.this.name
  depends_on  = [aws_ecs_cluster_capacity_providers.this]
}

output "arn" {
  description = "ARN of the cluster."
  value       = aws_ecs_cluster.this.arn
}

output "capacity_providers" {
  description = "Capacity providers that tasks may run on."
  value       = aws_ecs_cluster_capacity_providers.this.capacity_providers
}

output "name" {
  description = "Name of the cluster. It waits for the capacity providers, so that tasks can use them."
  value       = aws_ecs_cluster.this.name
  depends_on  = [aws_ecs_cluster_capacity_providers.this]
}

output "arn" {
  description = "ARN of the cluster."
  value       = aws_ecs_cluster.this.arn
}

output "capacity_providers" {
  description = "Capacity providers that tasks can run on."
  value       = aws_ecs_cluster_capacity_providers.this.capacity_providers
}

################################################################################
# Cluster
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/clusters.html
################################################################################

resource "aws_ecs_cluster" "this" {
  name = var.name
  tags = var.tags

  setting {
    name  = "containerInsights"
    value = var.container_insights
  }
}

################################################################################
# Capacity providers
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
################################################################################

# No default strategy: every task says itself where it runs (the contract that
# DAGs read holds a launch type or a strategy), so a default would never apply.
resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = var.capacity_providers
}

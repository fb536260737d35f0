################################################################################
# Cluster
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/clusters.html
################################################################################

resource "aws_ecs_cluster" "this" {
  #checkov:skip=CKV_AWS_65:container_insights turns it on. It costs by task, and tasks here are short.
  name = var.name
  tags = var.tags

  setting {
    name  = "containerInsights"
    value = var.container_insights
  }

  dynamic "configuration" {
    for_each = var.execute_command_configuration != null || var.managed_storage_configuration != null ? [1] : []

    content {
      dynamic "execute_command_configuration" {
        for_each = var.execute_command_configuration[*]

        content {
          kms_key_id = execute_command_configuration.value.kms_key_id
          logging    = execute_command_configuration.value.logging

          dynamic "log_configuration" {
            for_each = execute_command_configuration.value.log_configuration[*]

            content {
              cloud_watch_encryption_enabled = log_configuration.value.cloud_watch_encryption_enabled
              cloud_watch_log_group_name     = log_configuration.value.cloud_watch_log_group_name
              s3_bucket_encryption_enabled   = log_configuration.value.s3_bucket_encryption_enabled
              s3_bucket_name                 = log_configuration.value.s3_bucket_name
              s3_key_prefix                  = log_configuration.value.s3_key_prefix
            }
          }
        }
      }

      dynamic "managed_storage_configuration" {
        for_each = var.managed_storage_configuration[*]
        iterator = storage

        content {
          fargate_ephemeral_storage_kms_key_id = storage.value.fargate_ephemeral_storage_kms_key_id
          kms_key_id                           = storage.value.kms_key_id
        }
      }
    }
  }
}

################################################################################
# Capacity providers
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
################################################################################

# ECS applies the default strategy to a task that is started without a launch type and
# without a strategy. Tasks of the root module always have one of the two, because the
# contract that DAGs read holds it: there the default becomes the tasks' own strategy.
resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = var.capacity_providers

  dynamic "default_capacity_provider_strategy" {
    for_each = var.default_capacity_provider_strategy

    content {
      capacity_provider = default_capacity_provider_strategy.value.capacity_provider
      weight            = default_capacity_provider_strategy.value.weight
      base              = default_capacity_provider_strategy.value.base
    }
  }
}

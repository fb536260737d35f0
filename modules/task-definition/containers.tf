################################################################################
# Container definitions
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
################################################################################

locals {
  # The main container goes through the same mapping as the sidecars, so that no
  # field can work for one and not for the other.
  _containers = concat(
    [merge(var.task, { name = local._container_name, essential = true })],
    [for name, sidecar in var.task.sidecars : merge(sidecar, { name = name })],
  )

  _container_definitions = jsonencode([
    for container in local._containers : {
      for key, value in {
        name       = container.name
        image      = container.image
        essential  = container.essential
        command    = container.command
        entryPoint = container.entry_point
        environment = [
          for name, value in container.environment : { name = name, value = value }
        ]
        secrets = [
          for name, from in container.secrets : { name = name, valueFrom = from }
        ]
        logConfiguration = {
          logDriver = "awslogs"
          options = {
            "awslogs-group"         = local._log_group_name
            "awslogs-region"        = local._region
            "awslogs-stream-prefix" = local._log_stream_prefix
          }
        }
      } : key => value
      # AWS hands back neither nulls nor empty lists: with them in, the plan
      # would never be empty.
      if value != null && try(length(value) > 0, true)
    }
  ])
}

# Tasks for the module: tasks = local.docker_tasks
# Each has 1024 CPU units and 2048 MiB, because a container of DockerOperator has no limit.
# Lower them once you know what a task uses.
locals {
  docker_tasks = {
    extract = {
      image  = "ghcr.io/example/extract:2.0"
      cpu    = 1024
      memory = 2048
      secrets = {
        DB_PASSWORD = "/sales/db-password"
      }
    }
    load = {
      image  = "ghcr.io/example/load:1.4"
      cpu    = 1024
      memory = 2048
      volumes = {
        cache = {}
      }
      mount_points = [
        {
          source_volume  = "cache"
          container_path = "/cache"
        }
      ]
    }
    report-builder = {
      image         = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/report-builder:3"
      cpu           = 1024
      memory        = 2048
      image_aliases = ["report-builder:3"]
    }
  }
}

provider "aws" {
  region = var.region
}

# Training on instances with GPUs. The capacity provider that starts them and its
# Auto Scaling group exist already. The module creates the cluster.
module "airflow_ecs" {
  source = "../.."

  name                     = "training"
  mwaa_execution_role_name = var.mwaa_execution_role_name
  network                  = { subnet_ids = var.subnet_ids }
  cluster                  = { capacity_providers = ["FARGATE", "gpu"] }
  default_task             = "train"

  tasks = {
    train = {
      image                      = "pytorch/pytorch:2.4.1-cuda12.4-cudnn9-runtime"
      command                    = ["python", "train.py"]
      cpu                        = 4096
      memory                     = 15000
      capacity_provider_strategy = [{ capacity_provider = "gpu", weight = 1 }]
      resource_requirements      = { GPU = "1" }
      linux_parameters           = { shared_memory_size = 2048 }
      placement_constraints      = [{ expression = "attribute:ecs.instance-type =~ g5.*" }]
      placement_strategy         = [{ type = "binpack", field = "memory" }]
      volumes                    = { models = { host_path = "/mnt/models" } }
      mount_points               = [{ source_volume = "models", container_path = "/models" }]
    }
    evaluate = { image = "python:3.13-slim", cpu = 512, memory = 1024 }
  }
}

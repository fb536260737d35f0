provider "aws" {
  region = var.region
}

data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

locals {
  # The operator reads parameters whose names begin with this.
  ssm_prefix = "/${var.name}"

  # Composed, not read from the repository, so that the plan shows the image.
  registry   = "${data.aws_caller_identity.this.account_id}.dkr.ecr.${var.region}.${data.aws_partition.this.dns_suffix}"
  repository = "${var.name}/hello-world"
}

module "network" {
  source = "../../modules/network"

  name         = var.name
  nat_gateways = "none"
  uses         = { mwaa = true, ecs = true, ecr = true, ssm = true }
}

module "mwaa" {
  source = "../../modules/mwaa-environment"

  name                   = var.name
  airflow_version        = var.airflow_version
  environment_class      = var.environment_class
  subnet_ids             = module.network.private_subnet_ids
  webserver_access_mode  = "PRIVATE_ONLY"
  webserver_source_cidrs = var.webserver_source_cidrs

  airflow_configuration_options = { "mwaa_ecs.ssm_prefix" = local.ssm_prefix }

  # `terraform destroy` deletes the bucket with all its objects.
  bucket = { force_destroy = true }
}

module "dags" {
  source = "../../modules/dags"

  bucket     = module.mwaa.bucket_name
  prefix     = module.mwaa.dag_prefix
  source_dir = "${path.module}/dags"
  operator   = true
}

# Tasks in this network can pull images from ECR only.
resource "aws_ecr_repository" "hello_world" {
  #checkov:skip=CKV_AWS_136:The image is public and holds no secret. ECR's own key encrypts it.
  name                 = local.repository
  image_tag_mutability = "IMMUTABLE"
  force_delete         = true

  image_scanning_configuration {
    scan_on_push = true
  }
}

module "airflow_ecs" {
  source = "../.."

  name                     = "${var.name}-ecs"
  mwaa_execution_role_name = module.mwaa.execution_role_name
  network                  = { subnet_ids = module.network.private_subnet_ids }
  ssm_prefix               = local.ssm_prefix

  # The same plan creates the role, so the check would not find it.
  policy = { check_role = false }

  tasks = {
    hello-world = {
      image  = "${local.registry}/${local.repository}:1"
      cpu    = 256
      memory = 512
    }
  }
}

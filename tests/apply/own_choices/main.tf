# Inputs that the two MWAA examples leave at their defaults: one NAT gateway a zone with endpoints beside them,
# flow logs, a key, additional policies of the role, and endpoints that the customer creates. The second part checks
# an existing VPC.
terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.79, < 7.0"
    }
  }
}

provider "aws" {
  region = var.region
}

variable "region" {
  description = "Region of the local AWS."
  type        = string
}

variable "vpc_id" {
  description = "A VPC that exists, with VPC endpoints."
  type        = string
}

variable "subnet_ids" {
  description = "Its private subnets."
  type        = list(string)
}

module "network" {
  source = "../../../modules/network"

  name         = "own"
  nat_gateways = "per_zone"
  flow_logs    = { retention_in_days = 7, traffic_type = "REJECT" }
  uses = {
    interface_endpoints = true
    mwaa                = false
    ecs                 = false
    ecr                 = false
  }
}

data "aws_caller_identity" "this" {}

# Its ARN is not known before apply.
resource "aws_kms_key" "own" {
  description             = "The environment's."
  deletion_window_in_days = 7
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.this.account_id}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Effect    = "Allow"
        Principal = { Service = "logs.${var.region}.amazonaws.com" }
        Action    = ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"]
        Resource  = "*"
      },
    ]
  })
}

resource "aws_iam_policy" "queries" {
  name = "queries"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "athena:StartQueryExecution", Resource = "*" }]
  })
}

module "mwaa" {
  source = "../../../modules/mwaa-environment"

  name                = "own"
  subnet_ids          = module.network.private_subnet_ids
  endpoint_management = "CUSTOMER"
  kms_key_arn         = aws_kms_key.own.arn
  bucket              = { force_destroy = true, kms_encrypted = true }

  execution_role = {
    policies = {
      mail = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "ses:SendEmail", Resource = "*" }]
      })
    }
    policy_arns = { queries = aws_iam_policy.queries.arn }
  }
}

resource "aws_vpc_endpoint" "own" {
  for_each = {
    database  = module.mwaa.database_vpc_endpoint_service
    webserver = module.mwaa.webserver_vpc_endpoint_service
  }

  vpc_id             = module.network.vpc_id
  service_name       = each.value
  vpc_endpoint_type  = "Interface"
  subnet_ids         = module.network.private_subnet_ids
  security_group_ids = module.mwaa.security_group_ids
}

module "existing" {
  source = "../../../modules/network"

  name     = "existing"
  existing = { vpc_id = var.vpc_id, subnet_ids = var.subnet_ids }
}

output "network" {
  description = "All that the network tells."
  value       = module.network
}

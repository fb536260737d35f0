terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

# Two hundred secrets and a repository that the same plan makes: of their ARNs
# nothing is known but how many they are.
resource "terraform_data" "secret" {
  count = 200
  input = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/a-secret-of-many-${count.index}-aB3dE6"
}

resource "terraform_data" "repository" {
  input = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/etl"
}

module "execution_role" {
  source = "../.."

  name                    = "etl-execution"
  additional_policy_count = 2
  images                  = ["${terraform_data.repository.output}:1.4"]
  secrets                 = terraform_data.secret[*].output
  region                  = "eu-west-1"
  account_id              = "123456789012"
  partition               = "aws"
}

output "arn" {
  value = module.execution_role.arn
}

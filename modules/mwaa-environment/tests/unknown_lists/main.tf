# Lists of which not even the length is known in the plan, and a key of which not even that it is one.

terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

resource "terraform_data" "ids" {
  input = { subnets = ["subnet-1", "subnet-2"], groups = ["sg-1", ""], key = null }
}

module "mwaa" {
  source = "../.."

  name                          = "demo"
  subnet_ids                    = compact(terraform_data.ids.output.subnets)
  additional_security_group_ids = compact(terraform_data.ids.output.groups)
  kms_key_arn                   = terraform_data.ids.output.key
  bucket                        = { existing = { arn = "arn:aws:s3:::my-dags", check = false } }
  region                        = "eu-west-1"
  account_id                    = "123456789012"
  partition                     = "aws"

  # It is known in the plan, so it would ask AWS.
  logging = { check_log_groups = false }
}

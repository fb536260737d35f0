terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.79, < 7.0"
    }
  }

  # Each environment's YAML sets bucket and key.
  backend "s3" {}
}

# No credentials and no calls: `terraform init && terraform test` in this folder.
mock_provider "aws" {
  mock_data "aws_service" {
    defaults = { region = "eu-west-1", partition = "aws" }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
}

run "subnets_and_security_groups_of_an_unknown_number_are_accepted" {
  command = plan

  module {
    source = "./tests/unknown_lists"
  }
}

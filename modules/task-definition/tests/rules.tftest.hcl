# No credentials and no calls: `terraform init && terraform test` in this folder.
# The rules of a task are held by tests/plan/test_task_mistakes.py, all in one plan.
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "testing"
  secret_key                  = "testing"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  execution_role_arn = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"
  tasks              = { nightly = { image = "etl:1" } }
}

run "a_retention_and_a_class_that_cloudwatch_knows_and_a_log_group_of_all_tasks_are_accepted" {
  command = plan

  variables {
    logs = { retention_in_days = 3653, log_group_class = "INFREQUENT_ACCESS", log_group_name = "/jobs" }
  }

  assert {
    condition     = aws_cloudwatch_log_group.this["nightly"].retention_in_days == 3653
    error_message = "The retention has no effect."
  }

  assert {
    condition     = aws_cloudwatch_log_group.this["nightly"].log_group_class == "INFREQUENT_ACCESS"
    error_message = "The class has no effect."
  }

  assert {
    condition     = aws_cloudwatch_log_group.this["nightly"].name == "/jobs"
    error_message = "The name has no effect."
  }
}

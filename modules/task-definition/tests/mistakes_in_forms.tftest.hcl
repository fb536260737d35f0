# Written by tests/write_task_tests.py from tests/task_tables: change those.
# No credentials and no calls: `terraform init && terraform test` in this folder.
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "testing"
  secret_key                  = "testing"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  name               = "wrong"
  execution_role_arn = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"
  region             = "eu-west-1"
  account_id         = "123456789012"
  partition          = "aws"
}

run "an_image_by_another_digest_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl@md5:0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a" } }
}

run "an_image_by_a_short_digest_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl@sha256:0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a" } }
}

run "an_image_of_too_many_letters_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee:1" } }
}

run "a_secret_that_is_the_secret_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", secrets = { TOKEN = "s3cr3t!" } } }
}

run "a_secret_that_is_null_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", secrets = { TOKEN = null } } }
}

run "a_variable_that_is_null_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", sidecars = { agent = { image = "agent:1", environment = { ZONE = null } } } } }
}

run "a_word_that_is_null_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", command = ["run", null] } }
}

run "an_environment_file_of_another_name_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", environment_files = ["arn:aws:s3:::b/nightly.txt"] } }
}

run "eleven_environment_files_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", environment_files = ["arn:aws:s3:::b/0.env", "arn:aws:s3:::b/1.env", "arn:aws:s3:::b/2.env", "arn:aws:s3:::b/3.env", "arn:aws:s3:::b/4.env", "arn:aws:s3:::b/5.env", "arn:aws:s3:::b/6.env", "arn:aws:s3:::b/7.env", "arn:aws:s3:::b/8.env", "arn:aws:s3:::b/9.env", "arn:aws:s3:::b/10.env"] } }
}

run "a_credential_spec_that_is_none_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", credential_specs = ["banana"] } }
}

run "a_credential_spec_that_needs_a_domain_on_fargate_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", credential_specs = ["credentialspec:arn:aws:s3:::b/x.json"] } }
}

run "two_credential_specs_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, credential_specs = ["credentialspec:arn:aws:s3:::b/x.json", "credentialspec:arn:aws:s3:::b/x.json"] } }
}

run "an_unknown_capability_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, linux_parameters = { capabilities = { add = ["CAP_NET_ADMIN"] } } } }
}

run "an_unknown_capability_to_drop_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", linux_parameters = { capabilities = { drop = ["all"] } } } }
}

run "an_unknown_option_of_a_mount_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", linux_parameters = { tmpfs = [{ container_path = "/t", size = 1, mount_options = ["fast"] }] } } }
}

run "memory_for_files_of_no_size_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", linux_parameters = { tmpfs = [{ container_path = "/t", size = 0 }] } } }
}

run "no_soft_limit_over_a_hard_one_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", ulimits = { nofile = { soft_limit = -1, hard_limit = 2 } } } }
}

run "all_gpus_in_small_letters_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, resource_requirements = { GPU = "all" } } }
}

run "a_container_s_cpu_under_zero_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", container_cpu = -5 } }
}

run "a_container_s_memory_in_fractions_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", container_memory = 100.5 } }
}

run "swap_under_zero_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, linux_parameters = { max_swap = -1 } } }
}

run "start_timeout_out_of_range_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", start_timeout = 1 } }
}

run "health_check_interval_out_of_range_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", health_check = { command = ["CMD-SHELL", "true"], interval = 4 } } }
}

run "health_check_timeout_out_of_range_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", health_check = { command = ["CMD-SHELL", "true"], timeout = 61 } } }
}

run "health_check_retries_out_of_range_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", health_check = { command = ["CMD-SHELL", "true"], retries = 11 } } }
}

run "health_check_start_period_out_of_range_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", health_check = { command = ["CMD-SHELL", "true"], start_period = 301 } } }
}

run "linux_parameters_swappiness_out_of_range_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, linux_parameters = { swappiness = 101 } } }
}

run "linux_parameters_shared_memory_size_out_of_range_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, linux_parameters = { shared_memory_size = 0 } } }
}

run "a_sidecar_s_name_with_a_blank_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", sidecars = { "my agent" = { image = "agent:1" } } } }
}

run "a_log_group_by_its_arn_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", log_group_name = "arn:aws:logs:eu-west-1:123456789012:log-group:/jobs" } }
}

run "a_stream_prefix_that_ends_in_a_slash_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", log_stream_prefix = "jobs/" } }
}

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

run "a_secret_option_that_is_the_secret_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", log_configuration = { secret_options = { token = "s3cr3t!" } } } }
}

run "an_environment_file_that_is_not_in_s3_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", environment_files = ["nightly.env"] } }
}

run "registry_credentials_with_a_json_key_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", repository_credentials = { credentials_parameter = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbC123:password::" } } }
}

run "an_unknown_version_consistency_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", version_consistency = "off" } }
}

run "an_unknown_permission_of_a_device_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, linux_parameters = { devices = [{ host_path = "/dev/fuse", permissions = ["rw"] }] } } }
}

run "a_volume_name_with_a_blank_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", volumes = { "my data" = {} } } }
}

run "a_volume_of_two_kinds_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, volumes = { data = { host_path = "/d", efs_volume_configuration = { file_system_id = "fs-1" } } } } }
}

run "an_unknown_scope_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, volumes = { data = { docker_volume_configuration = { scope = "global" } } } } }
}

run "autoprovision_of_a_task_s_volume_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, volumes = { data = { docker_volume_configuration = { autoprovision = true } } } } }
}

run "an_access_point_without_encryption_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", volumes = { data = { efs_volume_configuration = { file_system_id = "fs-1", transit_encryption = "DISABLED", authorization_config = { access_point_id = "fsap-1" } } } } } }
}

run "an_access_point_with_a_directory_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", volumes = { data = { efs_volume_configuration = { file_system_id = "fs-1", root_directory = "/team", authorization_config = { access_point_id = "fsap-1" } } } } } }
}

run "an_unknown_encryption_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", volumes = { data = { efs_volume_configuration = { file_system_id = "fs-1", transit_encryption = "TLS" } } } } }
}

run "a_role_beside_one_to_be_made_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", task_role_arn = "arn:aws:iam::123456789012:role/r", task_role = { statements = { Read = { actions = ["s3:GetObject"], resources = ["*"] } } } } }
}

run "a_role_s_name_with_a_blank_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", task_role = { statements = { Read = { actions = ["s3:GetObject"], resources = ["*"] } }, name = "my role" } } }
}

run "a_role_s_path_without_slashes_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", task_role = { statements = { Read = { actions = ["s3:GetObject"], resources = ["*"] } }, path = "airflow" } } }
}

run "a_statement_whose_name_has_a_hyphen_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", task_role = { statements = { read-it = { actions = ["s3:GetObject"], resources = ["*"] } } } } }
}

run "an_unknown_effect_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", task_role = { statements = { Read = { actions = ["s3:GetObject"], resources = ["*"], effect = "allow" } } } } }
}

run "an_action_without_its_service_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", task_role = { statements = { Read = { actions = ["GetObject"], resources = ["*"] } } } } }
}

run "a_role_by_its_name_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", task_role_arn = "r" } }
}

run "a_statement_about_nothing_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", task_role = { statements = { Read = { actions = ["s3:GetObject"], resources = [] } } } } }
}

run "efs_that_asks_for_a_role_where_none_is_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", volumes = { data = { efs_volume_configuration = { file_system_id = "fs-1", authorization_config = { iam = "ENABLED" } } } } } }
}

run "an_unknown_iam_of_efs_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", volumes = { data = { efs_volume_configuration = { file_system_id = "fs-1", authorization_config = { iam = "on" } } } } } }
}

run "a_port_that_efs_cannot_have_is_refused" {
  command         = plan
  expect_failures = [aws_ecs_task_definition.this]
  variables { task = { image = "etl:1", volumes = { data = { efs_volume_configuration = { file_system_id = "fs-1", transit_encryption_port = 65536 } } } } }
}

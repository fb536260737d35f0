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
  name = "airflow-ecs-cluster"
}

run "a_default_strategy_arrives" {
  command = plan

  variables {
    default_capacity_provider_strategy = [
      { capacity_provider = "FARGATE", base = 1 },
      { capacity_provider = "FARGATE_SPOT", weight = 3 },
    ]
  }

  assert {
    condition = {
      for s in aws_ecs_cluster_capacity_providers.this.default_capacity_provider_strategy :
      s.capacity_provider => [coalesce(s.weight, 0), coalesce(s.base, 0)]
    } == { FARGATE = [0, 1], FARGATE_SPOT = [3, 0] }
    error_message = "The cluster has another strategy."
  }
}

run "ecs_exec_and_its_keys_arrive" {
  command = plan

  variables {
    execute_command_configuration = {
      kms_key_id = "arn:aws:kms:eu-west-1:123456789012:key/0a"
      logging    = "OVERRIDE"
      log_configuration = {
        cloud_watch_log_group_name = "/exec"
        s3_bucket_name             = "exec"
        s3_key_prefix              = "sessions"

        cloud_watch_encryption_enabled = true
        s3_bucket_encryption_enabled   = true
      }
    }
    managed_storage_configuration = {
      fargate_ephemeral_storage_kms_key_id = "arn:aws:kms:eu-west-1:123456789012:key/0b"
      kms_key_id                           = "arn:aws:kms:eu-west-1:123456789012:key/0c"
    }
  }

  assert {
    condition = length(aws_ecs_cluster.this.configuration) == 1 && alltrue(flatten([
      for configuration in aws_ecs_cluster.this.configuration : [
        [
          for exec in configuration.execute_command_configuration : [
            exec.kms_key_id == "arn:aws:kms:eu-west-1:123456789012:key/0a",
            exec.logging == "OVERRIDE",
            exec.log_configuration[0].cloud_watch_log_group_name == "/exec",
            exec.log_configuration[0].cloud_watch_encryption_enabled,
            exec.log_configuration[0].s3_bucket_name == "exec",
            exec.log_configuration[0].s3_bucket_encryption_enabled,
            exec.log_configuration[0].s3_key_prefix == "sessions",
          ]
        ],
        [
          for storage in configuration.managed_storage_configuration : [
            storage.kms_key_id == "arn:aws:kms:eu-west-1:123456789012:key/0c",
            storage.fargate_ephemeral_storage_kms_key_id == "arn:aws:kms:eu-west-1:123456789012:key/0b",
          ]
        ],
        length(configuration.execute_command_configuration) == 1,
        length(configuration.managed_storage_configuration) == 1,
      ]
    ]))
    error_message = "The cluster's configuration is not as set."
  }
}

run "without_ecs_exec_and_keys_the_cluster_has_no_configuration" {
  command = plan

  assert {
    condition     = length(aws_ecs_cluster.this.configuration) == 0
    error_message = "The cluster has a configuration."
  }
}

run "the_largest_weight_and_base_are_accepted" {
  command = plan

  variables {
    default_capacity_provider_strategy = [{ capacity_provider = "FARGATE", weight = 1000, base = 100000 }]
  }

  assert {
    condition = [
      for s in aws_ecs_cluster_capacity_providers.this.default_capacity_provider_strategy : [s.weight, s.base]
    ] == [[1000, 100000]]
    error_message = "The cluster has another weight or base."
  }
}

run "ecs_exec_can_be_left_unlogged" {
  command = plan

  variables {
    execute_command_configuration = { logging = "NONE" }
  }

  assert {
    condition     = aws_ecs_cluster.this.configuration[0].execute_command_configuration[0].logging == "NONE"
    error_message = "Sessions are logged."
  }
}

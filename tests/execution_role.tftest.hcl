# No credentials and no calls: `terraform init && terraform test` in this folder.
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "testing"
  secret_key                  = "testing"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

override_data {
  target = data.aws_caller_identity.this
  values = { account_id = "123456789012" }
}

override_data {
  target = data.aws_subnets.this
  values = { ids = ["subnet-0a1", "subnet-0b2"] }
}

override_data {
  target = data.aws_subnet.first
  values = { id = "subnet-0a1", vpc_id = "vpc-0a1" }
}

override_data {
  target = data.aws_subnets.in_vpc
  values = { ids = ["subnet-0a1", "subnet-0b2"] }
}

variables {
  name    = "airflow-ecs"
  network = { subnet_ids = ["subnet-0a1", "subnet-0b2"] }
  tasks   = { operator = { image = "hello-world:latest" } }
}

# The statements by action, without that for writing logs.
run "the_execution_role_can_read_the_secrets_and_files_of_windows_tasks" {
  command = plan

  variables {
    tasks = {
      etl = {
        image            = "etl:1"
        launch_type      = "EC2"
        network_mode     = "awsvpc"
        cpu              = 1024
        memory           = 2048
        runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }
        credential_specs = ["credentialspec:arn:aws:s3:::specs/etl.json"]
        mount_points     = [{ source_volume = "data", container_path = "C:\\data" }]
        volumes = {
          data = {
            fsx_windows_file_server_volume_configuration = {
              file_system_id = "fs-0a1"
              root_directory = "\\data"
              authorization_config = {
                credentials_parameter = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:fsx-aB3dE6"
                domain                = "corp.example.com"
              }
            }
          }
        }
        sidecars = {
          agent = {
            image            = "agent:1"
            credential_specs = ["credentialspecdomainless:arn:aws:ssm:eu-west-1:123456789012:parameter/specs/agent"]
          }
        }
      }
    }
  }

  assert {
    condition = {
      for s in jsondecode(module.execution_role[0].policy_json).Statement :
      join(" ", s.Action) => s.Resource if s.Sid != "WriteLogs"
      } == {
      "secretsmanager:GetSecretValue" = ["arn:aws:secretsmanager:eu-west-1:123456789012:secret:fsx-aB3dE6"]
      "ssm:GetParameters"             = ["arn:aws:ssm:eu-west-1:123456789012:parameter/specs/agent"]
      "s3:GetObject"                  = ["arn:aws:s3:::specs/etl.json"]
      "s3:GetBucketLocation"          = ["arn:aws:s3:::specs"]
    }
    error_message = "The policy is different: ${module.execution_role[0].policy_json}"
  }
}

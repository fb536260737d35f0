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
  name            = "ecsTaskExecutionRole"
  log_group_names = ["/ecs/airflow-ecs-operator"]
  region          = "eu-west-1"
  account_id      = "123456789012"
  partition       = "aws"
}

run "with_public_images_and_no_secret_the_role_can_only_write_logs_and_only_ecs_can_assume_it" {
  command = plan

  variables {
    images = [
      "hello-world:latest", "public.ecr.aws/docker/library/busybox:1", "quay.io/team/etl@sha256:00",
    ]
    permissions_boundary = "arn:aws:iam::123456789012:policy/boundary"
    tags                 = { team = "data" }
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.this.policy).Statement == [{
      Sid      = "WriteLogs"
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = ["arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/airflow-ecs-operator:log-stream:*"]
    }]
    error_message = "The policy differs: ${aws_iam_role_policy.this.policy}"
  }

  assert {
    condition     = output.arn == "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"
    error_message = "The ARN is not known in the plan: ${output.arn}"
  }

  assert {
    condition = jsondecode(aws_iam_role.this.assume_role_policy) == {
      Version = "2012-10-17"
      Statement = [{
        Sid       = "StartTasks"
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { Service = "ecs-tasks.amazonaws.com" }
        Condition = {
          StringEquals = { "aws:SourceAccount" = "123456789012" }
          ArnLike      = { "aws:SourceArn" = "arn:aws:ecs:eu-west-1:123456789012:*" }
        }
      }]
    }
    error_message = "The trust policy differs: ${aws_iam_role.this.assume_role_policy}"
  }

  assert {
    condition     = aws_iam_role.this.permissions_boundary == "arn:aws:iam::123456789012:policy/boundary"
    error_message = "The role has another boundary: ${jsonencode(aws_iam_role.this.permissions_boundary)}"
  }

  assert {
    condition     = aws_iam_role.this.tags == tomap({ team = "data" })
    error_message = "The role has other tags: ${jsonencode(aws_iam_role.this.tags)}"
  }
}

run "the_role_can_pull_from_the_ecr_repositories_of_its_images_and_read_its_files_and_secrets_only" {
  command = plan

  variables {
    images = [
      "111111111111.dkr.ecr.eu-central-1.amazonaws.com/team/etl:1.4",
      "111111111111.dkr.ecr.eu-central-1.amazonaws.com/team/etl:1.5",
      "222222222222.dkr.ecr.eu-west-1.amazonaws.com/train@sha256:0123",
      "333333333333.dkr.ecr-fips.us-east-1.amazonaws.com/fips",
      "444444444444.dkr-ecr.eu-west-1.on.aws/dual:1",
      "hello-world",
    ]
    file_arns = ["arn:aws:s3:::settings/team/nightly.env", "arn:aws:s3:::settings/fluent.conf"]
    # `prod/db-secret` is either a whole name, or `prod/db` with its six random characters.
    secrets = [
      "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-secret",
      "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/DB-SECRET",
      "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-Secret:key::",
      "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/run-202501",
      "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/run-aB3dE6",
    ]
  }

  assert {
    condition = [
      for s in jsondecode(output.policy_json).Statement : s.Resource if s.Sid == "PullImages"
      ][0] == [
      "arn:aws:ecr:eu-central-1:111111111111:repository/team/etl",
      "arn:aws:ecr:eu-west-1:222222222222:repository/train",
      "arn:aws:ecr:eu-west-1:444444444444:repository/dual",
      "arn:aws:ecr:us-east-1:333333333333:repository/fips",
    ]
    error_message = "The role can pull from other repositories: ${output.policy_json}"
  }

  assert {
    condition = [
      for s in jsondecode(output.policy_json).Statement : join(" ", s.Action) if contains(s.Resource, "*")
    ] == ["ecr:GetAuthorizationToken"]
    error_message = "Something besides ecr:GetAuthorizationToken is granted on *: ${output.policy_json}"
  }

  assert {
    condition = {
      for s in jsondecode(output.policy_json).Statement : join(" ", s.Action) => s.Resource
      if contains(["ReadFiles", "FindBuckets"], s.Sid)
      } == {
      "s3:GetObject"         = ["arn:aws:s3:::settings/fluent.conf", "arn:aws:s3:::settings/team/nightly.env"]
      "s3:GetBucketLocation" = ["arn:aws:s3:::settings"]
    }
    error_message = "The policy differs: ${output.policy_json}"
  }

  assert {
    condition = [
      for s in jsondecode(output.policy_json).Statement : s.Resource if s.Sid == "ReadSecrets"
      ][0] == flatten([
        for name in ["DB-SECRET", "DB-SECRET-??????", "db-Secret", "db-Secret-??????", "db-secret", "db-secret-??????",
        "run-202501", "run-202501-??????", "run-aB3dE6"] :
        "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/${name}"
    ])
    error_message = "The role can read other secrets: ${output.policy_json}"
  }
}

run "the_role_can_read_its_secrets_and_their_keys_only" {
  command = plan

  variables {
    secrets = [
      "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbC123",
      "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbC123:password::",
      "arn:aws:secretsmanager:eu-west-1:123456789012:secret:partial",
      "arn:aws:ssm:eu-west-1:123456789012:parameter/app/token",
      "/app/url",
      "plain",
    ]
    kms_key_arns = ["arn:aws:kms:eu-west-1:123456789012:key/0a1b"]
  }

  assert {
    condition = { for s in jsondecode(output.policy_json).Statement : s.Sid => {
      (join(" ", s.Action)) = s.Resource
      } } == {
      WriteLogs = { "logs:CreateLogStream logs:PutLogEvents" = [
        "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/airflow-ecs-operator:log-stream:*",
      ] }
      ReadSecrets = { "secretsmanager:GetSecretValue" = [
        "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbC123",
        "arn:aws:secretsmanager:eu-west-1:123456789012:secret:partial-??????",
      ] }
      ReadSecretParameters = { "ssm:GetParameters" = [
        "arn:aws:ssm:eu-west-1:123456789012:parameter/app/token",
        "arn:aws:ssm:eu-west-1:123456789012:parameter/app/url",
        "arn:aws:ssm:eu-west-1:123456789012:parameter/plain",
      ] }
      DecryptSecrets = { "kms:Decrypt" = ["arn:aws:kms:eu-west-1:123456789012:key/0a1b"] }
    }
    error_message = "The policy differs: ${output.policy_json}"
  }

  assert {
    condition = [
      for s in jsondecode(output.policy_json).Statement : s.Condition if s.Sid == "DecryptSecrets"
      ][0] == { StringLike = { "kms:ViaService" = [
        "secretsmanager.eu-west-1.amazonaws.com*", "ssm.eu-west-1.amazonaws.com*",
    ] } }
    error_message = "The key may be used through other services, or directly: ${output.policy_json}"
  }
}

run "in_china_the_arns_have_the_partition_aws_cn" {
  command = plan

  variables {
    region    = "cn-north-1"
    partition = "aws-cn"
    path      = "/airflow/"
    images    = ["111111111111.dkr.ecr.cn-north-1.amazonaws.com.cn/etl:1"]
  }

  assert {
    condition     = output.arn == "arn:aws-cn:iam::123456789012:role/airflow/ecsTaskExecutionRole"
    error_message = "The role has another ARN: ${output.arn}"
  }

  assert {
    condition     = !strcontains(output.policy_json, "arn:aws:")
    error_message = "An ARN is of another partition: ${output.policy_json}"
  }

  assert {
    condition     = strcontains(output.policy_json, "arn:aws-cn:ecr:cn-north-1:111111111111:repository/etl")
    error_message = "The repository is missing: ${output.policy_json}"
  }
}

run "with_a_public_image_and_no_log_group_the_role_has_no_rights" {
  command = plan

  variables {
    log_group_names = []
    images          = ["hello-world"]
  }

  assert {
    condition = jsondecode(output.policy_json).Statement == [
      { Sid = "NeedNothing", Effect = "Deny", Action = ["*"], Resource = ["*"] }
    ]
    error_message = "The policy differs: ${output.policy_json}"
  }
}

run "grant_by_tag_grants_any_number_of_log_groups" {
  command = plan

  variables {
    log_group_names          = [for n in range(500) : "/ecs/airflow-ecs-a-task-of-many-${n}"]
    existing_log_group_names = ["/shared"]
    resource_tag             = { key = "mwaa-ecs-contract", value = "/mwaa" }
    grant_by                 = "tag"
  }

  assert {
    condition = [
      for s in jsondecode(output.policy_json).Statement : s if s.Sid == "WriteLogs"
      ] == [{
        Sid       = "WriteLogs"
        Effect    = "Allow"
        Action    = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource  = ["arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/airflow-ecs-a-task-of-many-*:log-stream:*"]
        Condition = { StringEquals = { "aws:ResourceTag/mwaa-ecs-contract" = "/mwaa" } }
    }]
    error_message = "The policy differs: ${output.policy_json}"
  }

  assert {
    condition = length(output.policy_json) < 1000 && [
      for s in jsondecode(output.policy_json).Statement : s.Resource if s.Sid == "WriteOtherLogs"
    ] == [["arn:aws:logs:eu-west-1:123456789012:log-group:/shared:log-stream:*"]]
    error_message = "The policy differs: ${output.policy_json}"
  }
}

run "the_role_can_read_its_credential_specs" {
  command = plan

  variables {
    credential_specs = [
      "credentialspec:arn:aws:s3:::specs/etl.json",
      "credentialspecdomainless:arn:aws:ssm:eu-west-1:123456789012:parameter/specs/etl",
      "credentialspec:file://etl.json",
    ]
  }

  assert {
    condition = {
      for s in jsondecode(output.policy_json).Statement : join(" ", s.Action) => s.Resource if s.Sid != "WriteLogs"
      } == {
      "s3:GetObject"         = ["arn:aws:s3:::specs/etl.json"]
      "s3:GetBucketLocation" = ["arn:aws:s3:::specs"]
      "ssm:GetParameters"    = ["arn:aws:ssm:eu-west-1:123456789012:parameter/specs/etl"]
    }
    error_message = "The policy differs: ${output.policy_json}"
  }
}

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
  name       = "demo"
  subnet_ids = ["subnet-1", "subnet-2"]
  region     = "eu-west-1"
  account_id = "123456789012"
  partition  = "aws"
}

# A valid network. Runs below break one thing of it.
override_data {
  target = data.aws_subnets.this
  values = { ids = ["subnet-1", "subnet-2"] }
}
override_data {
  target = data.aws_subnet.this[0]
  values = { id = "subnet-1", vpc_id = "vpc-1", availability_zone = "eu-west-1a" }
}
override_data {
  target = data.aws_subnet.this[1]
  values = { id = "subnet-2", vpc_id = "vpc-1", availability_zone = "eu-west-1b" }
}
override_data {
  target = data.aws_vpc.this
  values = { main_route_table_id = "rtb-main" }
}
override_data {
  target = data.aws_route_tables.own
  values = { ids = [] }
}
override_data {
  target = data.aws_route_table.this
  values = { routes = [] }
}
override_data {
  target = data.aws_security_groups.existing
  values = { ids = ["sg-1"], vpc_ids = ["vpc-1"] }
}
override_data {
  target = data.aws_cloudwatch_log_groups.found
  values = { log_group_names = [] }
}
override_data {
  target = data.aws_security_groups.letting_members_in
  values = { ids = ["sg-1"] }
}
override_data {
  target = data.aws_cloudcontrolapi_resource.security_group
  values = { properties = "{\"SecurityGroupIngress\":[{\"IpProtocol\":\"-1\",\"SourceSecurityGroupId\":\"sg-1\"}]}" }
}
override_data {
  target = data.aws_cloudcontrolapi_resource.key
  values = {
    properties = <<-EOT
      {
        "KeyPolicy": {
          "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": "logs.eu-west-1.amazonaws.com" },
            "Action": "kms:*",
            "Resource": "*"
          }]
        }
      }
    EOT
  }
}
override_data {
  target = data.aws_iam_role.existing
  values = {
    assume_role_policy = <<-EOT
      {
        "Statement": [
          {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": { "Service": ["airflow.amazonaws.com", "airflow-env.amazonaws.com"] }
          }
        ]
      }
    EOT
  }
}
override_data {
  target = data.aws_cloudcontrolapi_resource.bucket
  values = {
    properties = <<-EOT
      {
        "VersioningConfiguration": {
          "Status": "Enabled"
        },
        "PublicAccessBlockConfiguration": {
          "BlockPublicAcls": true,
          "BlockPublicPolicy": true,
          "IgnorePublicAcls": true,
          "RestrictPublicBuckets": true
        }
      }
    EOT
  }
}

run "by_default_an_environment_with_all_logs_a_private_bucket_and_a_closed_security_group" {
  command = plan

  assert {
    condition     = aws_mwaa_environment.this.dag_s3_path == "dags" && output.dag_prefix == "dags/"
    error_message = "The environment has another folder of DAGs."
  }

  assert {
    condition     = aws_mwaa_environment.this.source_bucket_arn == "arn:aws:s3:::airflow-demo-123456789012-eu-west-1"
    error_message = "The bucket is ${aws_mwaa_environment.this.source_bucket_arn}"
  }

  assert {
    condition     = aws_mwaa_environment.this.execution_role_arn == "arn:aws:iam::123456789012:role/demo-mwaa-eu-west-1"
    error_message = "The role is ${aws_mwaa_environment.this.execution_role_arn}"
  }

  assert {
    condition = join(" ", keys(aws_cloudwatch_log_group.this)) == "DAGProcessing Scheduler Task WebServer Worker" && (
      aws_cloudwatch_log_group.this["Task"].name == "airflow-demo-Task" &&
      aws_cloudwatch_log_group.this["Task"].retention_in_days == 30
    )
    error_message = "The log groups are different."
  }

  assert {
    condition     = length(coalesce(aws_mwaa_environment.this.airflow_configuration_options, {})) == 0
    error_message = "There are configuration options that no input sets."
  }

  assert {
    condition     = aws_s3_bucket_versioning.this[0].versioning_configuration[0].status == "Enabled"
    error_message = "The bucket is not versioned."
  }

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.this[0].block_public_acls,
      aws_s3_bucket_public_access_block.this[0].block_public_policy,
      aws_s3_bucket_public_access_block.this[0].ignore_public_acls,
      aws_s3_bucket_public_access_block.this[0].restrict_public_buckets,
    ])
    error_message = "The bucket is not private."
  }

  assert {
    condition = (
      jsondecode(aws_s3_bucket_policy.this[0].policy).Statement[0].Condition
      == { Bool = { "aws:SecureTransport" = "false" } }
    )
    error_message = "The bucket can be read without TLS."
  }

  assert {
    condition = (
      aws_vpc_security_group_ingress_rule.itself[0].ip_protocol == "-1" &&
      aws_vpc_security_group_ingress_rule.itself[0].cidr_ipv4 == null &&
      length(aws_vpc_security_group_ingress_rule.webserver) == 0
    )
    error_message = "The security group lets others in."
  }
}

run "old_versions_of_dags_expire_the_caller_s_bucket_policy_is_added_and_the_contract_becomes_variables" {
  command = plan

  variables {
    dag_s3_path = "jobs"
    bucket = {
      old_dags_days = 30
      policies      = { readers = "{\"Statement\":{\"Sid\":\"Readers\",\"Effect\":\"Allow\"}}" }
    }
    # MWAA's own key stays.
    secrets_backend = {}
  }

  assert {
    condition = {
      for rule in aws_s3_bucket_lifecycle_configuration.this[0].rule :
      rule.filter[0].prefix => rule.noncurrent_version_expiration[0].noncurrent_days
      if length(rule.noncurrent_version_expiration) > 0
    } == { "jobs/" = 30 }
    error_message = "Other versions expire."
  }

  assert {
    condition = jsondecode(aws_s3_bucket_policy.this[0].policy).Statement[*].Sid == [
      "EncryptedTransportOnly", "Readers",
    ]
    error_message = "The statements are others."
  }

  assert {
    condition = (
      nonsensitive(aws_mwaa_environment.this.airflow_configuration_options)["secrets.backend"]
      == "airflow.providers.amazon.aws.secrets.systems_manager.SystemsManagerParameterStoreBackend"
    )
    error_message = "The backend has another class."
  }

  assert {
    condition = {
      connections_prefix         = null
      connections_lookup_pattern = "^(?!aws_default$).*$"
      variables_prefix           = "/mwaa/tasks"
      config_prefix              = null
      } == jsondecode(
      nonsensitive(aws_mwaa_environment.this.airflow_configuration_options)["secrets.backend_kwargs"]
    )
    error_message = "The backend has other arguments."
  }

  assert {
    condition = [
      for s in jsondecode(output.policy_json).Statement : s.Resource if s.Sid == "ReadVariables"
    ] == [["arn:aws:ssm:eu-west-1:123456789012:parameter/mwaa/tasks/*"]]
    error_message = "The role cannot read the variables: ${output.policy_json}"
  }
}

run "for_0_days_no_version_expires_and_variables_and_connections_below_one_path_are_one_statement" {
  command = plan

  variables {
    # The requirements may lie among the DAGs then.
    bucket          = { old_dags_days = 0 }
    requirements    = { path = "dags/requirements.txt", object_version = "v1" }
    secrets_backend = { variables_prefix = "/mwaa/tasks", connections_prefix = "/mwaa/tasks" }
  }

  assert {
    condition     = join(" ", aws_s3_bucket_lifecycle_configuration.this[0].rule[*].id) == "incomplete-uploads"
    error_message = "Versions expire."
  }

  assert {
    condition = (
      length([for s in jsondecode(output.policy_json).Statement : s if s.Action == ["ssm:GetParameter"]])
      == 1
    )
    error_message = "Two statements have one Sid, which IAM refuses: ${output.policy_json}"
  }
}

run "a_key_of_one_s_own_encrypts_bucket_logs_and_environment_and_the_role_may_use_it_alone" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  assert {
    condition = (
      aws_mwaa_environment.this.kms_key == var.kms_key_arn &&
      aws_cloudwatch_log_group.this["Task"].kms_key_id == var.kms_key_arn &&
      one(flatten(
        aws_s3_bucket_server_side_encryption_configuration.this[0].rule[*].apply_server_side_encryption_by_default
      )).kms_master_key_id == var.kms_key_arn
    )
    error_message = "Something is encrypted with another key."
  }

  assert {
    condition = [
      for s in jsondecode(output.policy_json).Statement : [s.Resource, s.Condition] if startswith(s.Sid, "UseKey")
      ] == [[
        ["arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"],
        { StringLike = { "kms:ViaService" = ["s3.eu-west-1.amazonaws.com*", "sqs.eu-west-1.amazonaws.com*"] } },
    ]]
    error_message = "The keys are different: ${output.policy_json}"
  }
}

run "addresses_another_group_and_more_web_servers_reach_the_environment_and_connections_have_a_path" {
  command = plan

  variables {
    webserver_source_cidrs        = ["10.0.0.0/8"]
    additional_security_group_ids = ["sg-1"]
    secrets_backend               = { connections_prefix = "/mwaa/connections" }
    webservers                    = { min = 3 }
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.webserver["10.0.0.0/8"].from_port == 443
    error_message = "The addresses are not let in."
  }

  assert {
    condition     = length(local.security_group_ids) == 2 && local.security_group_ids[1] == "sg-1"
    error_message = "The groups are others."
  }

  assert {
    condition = {
      for s in jsondecode(output.policy_json).Statement : s.Sid => s.Resource
      if s.Action == ["ssm:GetParameter"]
      } == {
      ReadVariables   = ["arn:aws:ssm:eu-west-1:123456789012:parameter/mwaa/tasks/*"]
      ReadConnections = ["arn:aws:ssm:eu-west-1:123456789012:parameter/mwaa/connections/*"]
    }
    error_message = "The role can read other parameters: ${output.policy_json}"
  }

  assert {
    condition = aws_mwaa_environment.this.min_webservers == 3 && aws_mwaa_environment.this.max_webservers == 3
    error_message = join(" ", [
      "MWAA would refuse ${aws_mwaa_environment.this.min_webservers} to",
      "${aws_mwaa_environment.this.max_webservers}.",
    ])
  }
}

run "the_smallest_class_gets_one_of_each_and_its_role_may_use_the_bucket_s_key" {
  command = plan

  variables {
    environment_class = "mw1.micro"
    schedulers        = 1
    webservers        = { min = 1, max = 1 }
    workers           = { min = 1, max = 1 }
    bucket = { existing = {
      arn         = "arn:aws:s3:::mine"
      kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    } }
  }

  override_data {
    target = data.aws_cloudcontrolapi_resource.bucket
    values = {
      properties = <<-EOT
        {
          "VersioningConfiguration": {"Status": "Enabled"},
          "PublicAccessBlockConfiguration": {
            "BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true
          },
          "BucketEncryption": {"ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {
            "SSEAlgorithm": "aws:kms",
            "KMSMasterKeyID": "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
          }}]}
        }
      EOT
    }
  }

  assert {
    condition = (
      aws_mwaa_environment.this.max_workers == 1 &&
      aws_mwaa_environment.this.environment_class == "mw1.micro"
    )
    error_message = "There are ${aws_mwaa_environment.this.max_workers} workers."
  }

  assert {
    condition = [
      for statement in jsondecode(output.policy_json).Statement : statement.Resource
      if statement.Sid == "UseKeyOfBucket"
    ] == [["arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"]]
    error_message = "The role may not use it."
  }
}

run "counts_and_times_arrive" {
  command = plan

  variables {
    airflow_version                 = "2.10.3"
    environment_class               = "mw1.large"
    workers                         = { min = 2, max = 25 }
    webservers                      = { min = 2, max = 5 }
    schedulers                      = 4
    weekly_maintenance_window_start = "TUE:04:30"
    webserver_access_mode           = "PUBLIC_ONLY"
    endpoint_management             = "CUSTOMER"
    airflow_configuration_options   = { "core.default_task_retries" = "2" }
    logging                         = { task = { level = "DEBUG" }, worker = { enabled = false } }
    requirements                    = { path = "requirements.txt", object_version = "v1" }
    plugins                         = { path = "plugins.zip", object_version = "v2" }
    startup_script                  = { path = "startup.sh", object_version = "v3" }
    timeouts                        = { create = "90m" }
    tags                            = { team = "data" }
  }

  assert {
    condition = (
      aws_mwaa_environment.this.airflow_version == "2.10.3" &&
      aws_mwaa_environment.this.min_workers == 2 && aws_mwaa_environment.this.max_workers == 25 &&
      aws_mwaa_environment.this.min_webservers == 2 && aws_mwaa_environment.this.max_webservers == 5 &&
      aws_mwaa_environment.this.schedulers == 4 &&
      aws_mwaa_environment.this.weekly_maintenance_window_start == "TUE:04:30" &&
      aws_mwaa_environment.this.webserver_access_mode == "PUBLIC_ONLY" &&
      aws_mwaa_environment.this.endpoint_management == "CUSTOMER" &&
      aws_mwaa_environment.this.tags.team == "data"
    )
    error_message = "Something did not arrive."
  }

  assert {
    condition = (
      nonsensitive(aws_mwaa_environment.this.airflow_configuration_options)
      == tomap({ "core.default_task_retries" = "2" })
    )
    error_message = "The configuration did not arrive."
  }

  assert {
    condition = (
      aws_mwaa_environment.this.requirements_s3_path == "requirements.txt" &&
      aws_mwaa_environment.this.requirements_s3_object_version == "v1" &&
      aws_mwaa_environment.this.plugins_s3_path == "plugins.zip" &&
      aws_mwaa_environment.this.plugins_s3_object_version == "v2" &&
      aws_mwaa_environment.this.startup_script_s3_path == "startup.sh" &&
      aws_mwaa_environment.this.startup_script_s3_object_version == "v3"
    )
    error_message = "A file or its version did not arrive."
  }

  assert {
    condition = (
      one(one(aws_mwaa_environment.this.logging_configuration).task_logs).log_level == "DEBUG" &&
      !one(one(aws_mwaa_environment.this.logging_configuration).worker_logs).enabled
    )
    error_message = "The logging has other settings."
  }

  # MWAA still writes to the group until its update ends.
  assert {
    condition = (
      contains(keys(aws_cloudwatch_log_group.this), "Worker") &&
      !contains(output.log_group_names, "airflow-demo-Worker")
    )
    error_message = "The log group is destroyed before the logging stops."
  }
}

run "existing_things_are_used_none_is_created_and_security_groups_are_not_read_on_request" {
  command = plan

  variables {
    bucket                = { existing = { arn = "arn:aws:s3:::my-dags" } }
    execution_role        = { existing = { arn = "arn:aws:iam::123456789012:role/service-role/mine" } }
    security_group_ids    = ["sg-1"]
    logging               = { create_log_groups = false }
    check_security_groups = false
  }

  assert {
    condition = (
      length(aws_s3_bucket.this) == 0 && length(aws_iam_role.this) == 0 &&
      length(aws_security_group.this) == 0 && length(aws_cloudwatch_log_group.this) == 0
    )
    error_message = "Something is created."
  }

  assert {
    condition = (
      output.bucket_name == "my-dags" &&
      output.execution_role_name == "mine" &&
      join(" ", output.security_group_ids) == "sg-1"
    )
    error_message = "The existing ones are not used."
  }

  assert {
    condition     = length(data.aws_cloudcontrolapi_resource.security_group) == 0
    error_message = "They are read."
  }
}

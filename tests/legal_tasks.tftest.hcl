# No credentials and no calls: `terraform init && terraform test` in this folder.
# Beside each of the mistakes in modules/task-definition/tests something legal.
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
  target = data.aws_subnet.first
  values = { id = "subnet-0a1", vpc_id = "vpc-0a1" }
}

override_data {
  target = data.aws_subnet.others
  values = { id = "subnet-0b2", vpc_id = "vpc-0a1" }
}

variables {
  name         = "legal"
  network      = { subnet_ids = ["subnet-0a1", "subnet-0b2"] }
  default_task = "first"
}

run "what_is_legal_of_sizes_and_places_is_planned" {
  command = plan

  variables {
    tasks = {
      first                                                = { image = "etl:1" }
      a_windows_task_of_a_linux_size                       = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 2048 }
      a_windows_task_with_memory_that_is_no_pair           = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 8192 }
      ephemeral_storage_under_the_range                    = { image = "etl:1", ephemeral_storage = { size_in_gib = 21 } }
      ephemeral_storage_over_the_range                     = { image = "etl:1", ephemeral_storage = { size_in_gib = 200 } }
      ephemeral_storage_on_instances                       = { image = "etl:1", launch_type = "EC2", network_mode = "bridge" }
      less_cpu_than_instances_have                         = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", cpu = 128 }
      less_memory_than_a_container_needs                   = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 64 }
      containers_with_more_memory_than_the_task            = { image = "etl:1", container_memory = 312, sidecars = { agent = { image = "agent:1", memory = 200 } } }
      containers_with_more_cpu_than_the_task               = { image = "etl:1", container_cpu = 156, sidecars = { agent = { image = "agent:1", cpu = 100 } } }
      a_container_with_more_memory_than_the_task           = { image = "etl:1", memory_reservation = 100, container_memory = 512 }
      a_reservation_over_the_limit                         = { image = "etl:1", memory_reservation = 200, container_memory = 300 }
      a_container_of_less_than_six_mebibytes               = { image = "etl:1", sidecars = { agent = { image = "agent:1", memory = 6 } } }
      privileged_on_fargate                                = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", privileged = true }
      a_privileged_sidecar_on_fargate                      = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", sidecars = { agent = { image = "agent:1", privileged = true } } }
      a_gpu_on_fargate                                     = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", resource_requirements = { GPU = "1" } }
      a_host_volume_on_fargate                             = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", volumes = { data = { host_path = "/data" } } }
      a_docker_volume_on_fargate                           = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", volumes = { data = { docker_volume_configuration = {} } } }
      shared_memory_on_fargate                             = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", linux_parameters = { shared_memory_size = 64 } }
      a_device_on_fargate                                  = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", linux_parameters = { devices = [{ host_path = "/dev/fuse" }] } }
      swap_on_fargate                                      = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", linux_parameters = { max_swap = 64 } }
      a_capability_that_fargate_does_not_add               = { image = "etl:1", linux_parameters = { capabilities = { add = ["SYS_PTRACE"], drop = ["ALL"] } } }
      a_bridge_network_on_fargate                          = { image = "etl:1", launch_type = "EC2", network_mode = "bridge" }
      the_host_s_processes_on_fargate                      = { image = "etl:1", pid_mode = "task" }
      an_ipc_mode_on_fargate                               = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", ipc_mode = "task" }
      placement_constraints_on_fargate                     = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", placement_constraints = [{ expression = "attribute:a == b" }] }
      a_placement_strategy_on_fargate                      = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", placement_strategy = [{ type = "spread", field = "host" }] }
      dns_servers_on_fargate                               = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", dns_servers = ["10.0.0.2"] }
      docker_security_options_on_fargate                   = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", docker_security_options = ["no-new-privileges"] }
      a_log_driver_that_fargate_does_not_have              = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", log_configuration = { log_driver = "json-file" } }
      a_windows_of_long_ago_on_fargate                     = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2016_FULL" } }
      a_stop_timeout_longer_than_fargate_waits             = { image = "etl:1", stop_timeout = 120 }
      a_host_name_with_awsvpc                              = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", hostname = "etl" }
      a_port_of_the_host_with_awsvpc                       = { image = "etl:1", port_mappings = [{ container_port = 80, host_port = 80 }] }
      linux_parameters_on_windows                          = { image = "etl:1", linux_parameters = { init_process_enabled = true } }
      efs_on_windows                                       = { image = "etl:1", volumes = { data = { efs_volume_configuration = { file_system_id = "fs-1" } } } }
      arm_on_windows                                       = { image = "etl:1", runtime_platform = { cpu_architecture = "ARM64" } }
      windows_on_fargate_spot                              = { image = "etl:1", capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 1 }] }
      an_unknown_architecture                              = { image = "etl:1", runtime_platform = { cpu_architecture = "ARM64" } }
      an_unknown_operating_system                          = { image = "etl:1", runtime_platform = { operating_system_family = "LINUX" } }
      an_unknown_network_mode                              = { image = "etl:1", launch_type = "EC2", network_mode = "host" }
      an_unknown_pid_mode                                  = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", pid_mode = "host" }
      an_unknown_ipc_mode                                  = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", ipc_mode = "none" }
      a_weight_over_the_range                              = { image = "etl:1", capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 1000 }] }
      two_bases                                            = { image = "etl:1", capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 1, base = 1 }] }
      weights_that_are_all_zero                            = { image = "etl:1", capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 0 }, { capacity_provider = "FARGATE", weight = 1 }] }
      a_provider_given_twice                               = { image = "etl:1", capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 1 }, { capacity_provider = "FARGATE", weight = 1 }] }
      a_placement_constraint_that_a_definition_cannot_have = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", placement_constraints = [{ expression = "attribute:c == d" }] }
      an_unknown_placement_strategy                        = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", placement_strategy = [{ type = "random" }] }
    }
  }

  assert {
    condition     = length(output.tasks) == 49
    error_message = "There are ${length(output.tasks)} tasks."
  }
}

run "what_is_legal_of_containers_volumes_and_roles_is_planned" {
  command = plan

  variables {
    tasks = {
      first                                         = { image = "etl:1" }
      an_image_with_a_scheme                        = { image = "registry.example.com:5000/team/etl:1" }
      an_image_in_capitals                          = { image = "team/etl:V1" }
      an_image_with_an_empty_tag                    = { image = "etl:1", sidecars = { agent = { image = "etl@sha256:0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a" } } }
      more_than_ten_containers                      = { image = "etl:1", sidecars = { s0 = { image = "a" }, s1 = { image = "a" }, s2 = { image = "a" }, s3 = { image = "a" }, s4 = { image = "a" }, s5 = { image = "a" }, s6 = { image = "a" }, s7 = { image = "a" }, s8 = { image = "a" } } }
      a_dependency_that_does_not_exist              = { image = "etl:1", depends_on = { agent = "START" }, sidecars = { agent = { image = "agent:1" } } }
      an_unknown_condition                          = { image = "etl:1", depends_on = { agent = "SUCCESS" }, sidecars = { agent = { image = "agent:1" } } }
      waiting_for_health_that_is_not_checked        = { image = "etl:1", depends_on = { agent = "HEALTHY" }, sidecars = { agent = { image = "agent:1", health_check = { command = ["CMD-SHELL", "true"] } } } }
      waiting_for_the_end_of_an_essential_container = { image = "etl:1", depends_on = { agent = "COMPLETE" }, sidecars = { agent = { image = "agent:1", essential = false } } }
      dependencies_in_a_circle                      = { image = "etl:1", sidecars = { a = { image = "a", depends_on = { b = "START" } }, b = { image = "a", depends_on = { c = "START" } }, c = { image = "a" } } }
      a_mount_of_a_volume_that_does_not_exist       = { image = "etl:1", volumes = { data = {} }, mount_points = [{ source_volume = "data", container_path = "/a" }] }
      two_mounts_at_one_path                        = { image = "etl:1", volumes = { data = {} }, mount_points = [{ source_volume = "data", container_path = "/a" }, { source_volume = "data", container_path = "/b" }] }
      volumes_from_a_container_that_does_not_exist  = { image = "etl:1", volumes_from = [{ source_container = "agent" }], sidecars = { agent = { image = "agent:1" } } }
      an_unknown_ulimit                             = { image = "etl:1", ulimits = { nofile = { soft_limit = 1, hard_limit = 2 } } }
      a_soft_limit_over_the_hard_one                = { image = "etl:1", ulimits = { nofile = { soft_limit = 2, hard_limit = 2 } } }
      a_health_check_that_is_no_command             = { image = "etl:1", health_check = { command = ["CMD", "true"] } }
      a_health_check_too_often                      = { image = "etl:1", health_check = { command = ["CMD-SHELL", "true"], interval = 5 } }
      a_port_out_of_range                           = { image = "etl:1", port_mappings = [{ container_port = 65535 }] }
      an_unknown_protocol                           = { image = "etl:1", port_mappings = [{ container_port = 80, protocol = "udp" }] }
      a_port_and_a_range                            = { image = "etl:1", port_mappings = [{ container_port_range = "80-90" }] }
      no_number_of_gpus                             = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", resource_requirements = { GPU = "2" } }
      firelens_without_a_router                     = { image = "etl:1", log_configuration = { log_driver = "awsfirelens" }, sidecars = { agent = { image = "agent:1", firelens_configuration = {} } } }
      an_unknown_router                             = { image = "etl:1", sidecars = { agent = { image = "agent:1", firelens_configuration = { type = "fluentd" } } } }
      a_secret_option_that_is_the_secret            = { image = "etl:1", log_configuration = { secret_options = { token = "/app/token" } } }
      an_environment_file_that_is_not_in_s3         = { image = "etl:1", environment_files = ["arn:aws-cn:s3:::settings/team/nightly.env"] }
      registry_credentials_with_a_json_key          = { image = "etl:1", repository_credentials = { credentials_parameter = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbC123" } }
      an_unknown_version_consistency                = { image = "etl:1", version_consistency = "disabled" }
      an_unknown_permission_of_a_device             = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", linux_parameters = { devices = [{ host_path = "/dev/fuse", permissions = ["read"] }] } }
      a_volume_name_with_a_blank                    = { image = "etl:1", volumes = { my-data = {} } }
      a_volume_of_two_kinds                         = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", volumes = { data = { host_path = "/d" } } }
      an_unknown_scope                              = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", volumes = { data = { docker_volume_configuration = { scope = "shared" } } } }
      autoprovision_of_a_task_s_volume              = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", volumes = { data = { docker_volume_configuration = { autoprovision = true, scope = "shared" } } } }
      an_access_point_without_encryption            = { image = "etl:1", volumes = { data = { efs_volume_configuration = { file_system_id = "fs-1", authorization_config = { access_point_id = "fsap-1" } } } } }
      an_access_point_with_a_directory              = { image = "etl:1", volumes = { data = { efs_volume_configuration = { file_system_id = "fs-1", root_directory = "/team" } } } }
      an_unknown_encryption                         = { image = "etl:1", volumes = { data = { efs_volume_configuration = { file_system_id = "fs-1", transit_encryption = "DISABLED" } } } }
      a_role_beside_one_to_be_made                  = { image = "etl:1", task_role_arn = "arn:aws:iam::123456789012:role/r" }
      a_role_s_name_with_a_blank                    = { image = "etl:1", task_role = { statements = { Read = { actions = ["s3:GetObject"], resources = ["*"] } }, name = "my-role" } }
      a_role_s_path_without_slashes                 = { image = "etl:1", task_role = { statements = { Read = { actions = ["s3:GetObject"], resources = ["*"] } }, path = "/airflow/" } }
      a_statement_whose_name_has_a_hyphen           = { image = "etl:1", task_role = { statements = { ReadIt = { actions = ["s3:GetObject"], resources = ["*"] } } } }
      an_unknown_effect                             = { image = "etl:1", task_role = { statements = { Read = { actions = ["s3:GetObject"], resources = ["*"], effect = "Deny" } } } }
      an_action_without_its_service                 = { image = "etl:1", task_role = { statements = { Read = { actions = ["s3:Get*"], resources = ["*"] } } } }
    }
  }

  assert {
    condition     = length(output.tasks) == 41
    error_message = "There are ${length(output.tasks)} tasks."
  }
}

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

override_data {
  target = data.aws_ecs_cluster.existing
  values = { status = "ACTIVE" }
}

variables {
  name         = "legal"
  network      = { subnet_ids = ["subnet-0a1", "subnet-0b2"] }
  cluster      = { arn = "arn:aws:ecs:eu-west-1:123456789012:cluster/legal" }
  default_task = "first"
}

run "what_is_legal_beside_each_mistake_is_planned" {
  command = plan

  variables {
    tasks = {
      first                                                = { image = "etl:1" }
      a_windows_task_of_a_linux_size                       = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 2048 }
      a_windows_task_with_memory_that_is_no_pair           = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 8192 }
      ephemeral_storage_under_the_range                    = { image = "etl:1", ephemeral_storage = { size_in_gib = 21 } }
      ephemeral_storage_over_the_range                     = { image = "etl:1", ephemeral_storage = { size_in_gib = 200 } }
      ephemeral_storage_on_instances                       = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512 }
      less_cpu_than_instances_have                         = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, cpu = 128 }
      less_memory_than_a_container_needs                   = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 64 }
      containers_with_more_memory_than_the_task            = { image = "etl:1", container_memory = 312, sidecars = { agent = { image = "agent:1", memory = 200 } } }
      containers_with_more_cpu_than_the_task               = { image = "etl:1", container_cpu = 156, sidecars = { agent = { image = "agent:1", cpu = 100 } } }
      a_container_with_more_memory_than_the_task           = { image = "etl:1", memory_reservation = 100, container_memory = 512 }
      a_reservation_over_the_limit                         = { image = "etl:1", memory_reservation = 200, container_memory = 300 }
      a_container_of_less_than_six_mebibytes               = { image = "etl:1", sidecars = { agent = { image = "agent:1", memory = 6 } } }
      a_task_on_instances_without_any_memory               = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", container_memory = 1024 }
      a_sidecar_on_instances_without_any_memory            = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory_reservation = 64, sidecars = { agent = { image = "agent:1", memory = 64 } } }
      memory_in_fractions                                  = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 513 }
      cpu_in_fractions                                     = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", cpu = 129, container_memory = 6 }
      ephemeral_storage_in_fractions                       = { image = "etl:1", ephemeral_storage = { size_in_gib = 22 } }
      cpu_that_fargate_does_not_have                       = { image = "etl:1", cpu = 256 }
      an_unknown_architecture                              = { image = "etl:1", runtime_platform = { cpu_architecture = "ARM64" } }
      an_unknown_operating_system                          = { image = "etl:1", runtime_platform = { operating_system_family = "LINUX" } }
      an_unknown_network_mode                              = { image = "etl:1", launch_type = "EC2", network_mode = "host", memory = 512 }
      an_unknown_pid_mode                                  = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, pid_mode = "host" }
      an_unknown_ipc_mode                                  = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, ipc_mode = "none" }
      a_weight_over_the_range                              = { image = "etl:1", capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 1000 }] }
      a_base_over_the_range                                = { image = "etl:1", capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 1, base = 100000 }] }
      more_providers_than_ecs_takes                        = { image = "etl:1", memory = 512, capacity_provider_strategy = [{ capacity_provider = "own-0", weight = 1 }, { capacity_provider = "own-1", weight = 1 }, { capacity_provider = "own-2", weight = 1 }, { capacity_provider = "own-3", weight = 1 }, { capacity_provider = "own-4", weight = 1 }, { capacity_provider = "own-5", weight = 1 }, { capacity_provider = "own-6", weight = 1 }, { capacity_provider = "own-7", weight = 1 }, { capacity_provider = "own-8", weight = 1 }, { capacity_provider = "own-9", weight = 1 }, { capacity_provider = "own-10", weight = 1 }, { capacity_provider = "own-11", weight = 1 }, { capacity_provider = "own-12", weight = 1 }, { capacity_provider = "own-13", weight = 1 }, { capacity_provider = "own-14", weight = 1 }, { capacity_provider = "own-15", weight = 1 }, { capacity_provider = "own-16", weight = 1 }, { capacity_provider = "own-17", weight = 1 }, { capacity_provider = "own-18", weight = 1 }, { capacity_provider = "own-19", weight = 1 }] }
      a_strategy_of_nothing                                = { image = "etl:1" }
      an_unknown_launch_type                               = { image = "etl:1", launch_type = "FARGATE" }
      a_launch_type_beside_a_strategy                      = { image = "etl:1", capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 1 }] }
      fargate_mixed_with_providers_of_one_s_own            = { image = "etl:1", memory = 512, capacity_provider_strategy = [{ capacity_provider = "own-0", weight = 1 }] }
      two_bases                                            = { image = "etl:1", capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 1, base = 1 }] }
      weights_that_are_all_zero                            = { image = "etl:1", capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 0 }, { capacity_provider = "FARGATE", weight = 1 }] }
      a_provider_given_twice                               = { image = "etl:1", capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 1 }, { capacity_provider = "FARGATE", weight = 1 }] }
      a_placement_constraint_that_a_definition_cannot_have = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, placement_constraints = [{ expression = "attribute:c == d" }] }
      an_unknown_placement_strategy                        = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, placement_strategy = [{ type = "random" }] }
      eleven_placement_constraints                         = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, placement_constraints = [{ expression = "attribute:a == 0" }, { expression = "attribute:a == 1" }, { expression = "attribute:a == 2" }, { expression = "attribute:a == 3" }, { expression = "attribute:a == 4" }, { expression = "attribute:a == 5" }, { expression = "attribute:a == 6" }, { expression = "attribute:a == 7" }, { expression = "attribute:a == 8" }, { expression = "attribute:a == 9" }] }
      six_placement_strategies                             = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, placement_strategy = [{ type = "random" }, { type = "random" }, { type = "random" }, { type = "random" }, { type = "random" }] }
      binpack_of_nothing                                   = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, placement_strategy = [{ type = "binpack", field = "cpu" }] }
      spread_over_nothing                                  = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, placement_strategy = [{ type = "spread", field = "host" }] }
      privileged_on_fargate                                = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, privileged = true }
      a_privileged_sidecar_on_fargate                      = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, sidecars = { agent = { image = "agent:1", privileged = true } } }
      a_gpu_on_fargate                                     = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, resource_requirements = { GPU = "1" } }
      a_host_volume_on_fargate                             = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, volumes = { data = { host_path = "/data" } } }
      a_docker_volume_on_fargate                           = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, volumes = { data = { docker_volume_configuration = {} } } }
      shared_memory_on_fargate                             = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, linux_parameters = { shared_memory_size = 64 } }
      a_device_on_fargate                                  = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, linux_parameters = { devices = [{ host_path = "/dev/fuse" }] } }
      swap_on_fargate                                      = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, linux_parameters = { max_swap = 64 } }
      a_capability_that_fargate_does_not_add               = { image = "etl:1", linux_parameters = { capabilities = { add = ["SYS_PTRACE"], drop = ["ALL"] } } }
      a_bridge_network_on_fargate                          = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512 }
      the_host_s_processes_on_fargate                      = { image = "etl:1", pid_mode = "task" }
      an_ipc_mode_on_fargate                               = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, ipc_mode = "task" }
      placement_constraints_on_fargate                     = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, placement_constraints = [{ expression = "attribute:a == b" }] }
      a_placement_strategy_on_fargate                      = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, placement_strategy = [{ type = "spread", field = "host" }] }
      dns_servers_on_fargate                               = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, dns_servers = ["10.0.0.2"] }
      dns_search_domains_on_fargate                        = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, dns_search_domains = ["corp"] }
      no_network_on_fargate                                = { image = "etl:1", disable_networking = false }
      swappiness_on_fargate                                = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, linux_parameters = { swappiness = 10, max_swap = 64 } }
      an_unknown_platform_version                          = { image = "etl:1", platform_version = "1.4.0" }
      a_platform_version_on_instances                      = { image = "etl:1", platform_version = "LATEST" }
      a_platform_version_without_efs                       = { image = "etl:1", platform_version = "1.4.0", volumes = { data = { efs_volume_configuration = { file_system_id = "fs-1" } } } }
      a_platform_version_without_much_else                 = { image = "etl:1", platform_version = "1.3.0", environment = { ZONE = "eu" } }
      docker_security_options_on_fargate                   = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, docker_security_options = ["no-new-privileges"] }
      a_log_driver_that_fargate_does_not_have              = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, log_configuration = { log_driver = "json-file" } }
      a_stop_timeout_longer_than_fargate_waits             = { image = "etl:1", stop_timeout = 120 }
      linux_parameters_on_windows                          = { image = "etl:1", linux_parameters = { init_process_enabled = true } }
      privileged_on_windows                                = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, privileged = true }
      a_read_only_root_on_windows                          = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 2048, readonly_root_filesystem = false }
      ulimits_on_windows                                   = { image = "etl:1", ulimits = { nofile = { soft_limit = 1, hard_limit = 1 } } }
      a_user_on_windows                                    = { image = "etl:1", sidecars = { agent = { image = "agent:1", user = "1000" } } }
      a_process_mode_on_windows                            = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, pid_mode = "host" }
      an_ipc_mode_on_windows                               = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, ipc_mode = "host" }
      ephemeral_storage_on_windows                         = { image = "etl:1", ephemeral_storage = { size_in_gib = 30 } }
      kernel_parameters_on_windows                         = { image = "etl:1", system_controls = { "net.core.somaxconn" = "9" } }
      dns_servers_on_windows                               = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, dns_servers = ["10.0.0.2"] }
      dns_search_domains_on_windows                        = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, dns_search_domains = ["corp"] }
      no_network_on_windows                                = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, disable_networking = true }
      a_bridge_network_on_windows                          = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 2048, launch_type = "EC2" }
      links_and_extra_hosts_on_windows                     = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, sidecars = { agent = { image = "agent:1" } }, links = ["agent"], extra_hosts = { db = "10.0.0.3" } }
      efs_on_windows                                       = { image = "etl:1", volumes = { data = { efs_volume_configuration = { file_system_id = "fs-1" } } } }
      a_volume_driver_of_linux_on_windows                  = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 2048, launch_type = "EC2", volumes = { data = { docker_volume_configuration = {} } } }
      a_windows_share_on_linux                             = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 2048, launch_type = "EC2", volumes = { data = { fsx_windows_file_server_volume_configuration = { file_system_id = "fs-1", root_directory = "share", authorization_config = { credentials_parameter = "arn:aws:ssm:eu-west-1:123456789012:parameter/password", domain = "d" } } } } }
      a_windows_share_on_fargate                           = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 2048, launch_type = "EC2", volumes = { data = { fsx_windows_file_server_volume_configuration = { file_system_id = "fs-1", root_directory = "share", authorization_config = { credentials_parameter = "arn:aws:ssm:eu-west-1:123456789012:parameter/password", domain = "d" } } } } }
      a_windows_share_whose_password_is_no_reference       = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 2048, launch_type = "EC2", volumes = { data = { fsx_windows_file_server_volume_configuration = { file_system_id = "fs-1", root_directory = "share", authorization_config = { credentials_parameter = "arn:aws:ssm:eu-west-1:123456789012:parameter/password", domain = "d" } } } } }
      arm_on_windows                                       = { image = "etl:1", runtime_platform = { cpu_architecture = "ARM64" } }
      windows_on_fargate_spot                              = { image = "etl:1", capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 1 }] }
      a_windows_of_long_ago_on_fargate                     = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2016_FULL" }, cpu = 1024, memory = 2048, launch_type = "EC2" }
      a_platform_version_of_linux_on_windows               = { image = "etl:1", runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }, cpu = 1024, memory = 2048, platform_version = "1.0.0" }
      a_port_out_of_range                                  = { image = "etl:1", port_mappings = [{ container_port = 65535 }] }
      a_port_of_the_host_out_of_range                      = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, port_mappings = [{ container_port = 80, host_port = 0 }] }
      an_unknown_protocol                                  = { image = "etl:1", port_mappings = [{ container_port = 80, protocol = "udp" }] }
      an_unknown_protocol_of_the_application               = { image = "etl:1", port_mappings = [{ container_port = 80, app_protocol = "http2" }] }
      a_port_s_name_in_capitals                            = { image = "etl:1", port_mappings = [{ container_port = 80, name = "web" }] }
      a_port_and_a_range                                   = { image = "etl:1", port_mappings = [{ container_port_range = "80-90" }] }
      neither_a_port_nor_a_range                           = { image = "etl:1", port_mappings = [{ container_port = 80 }] }
      a_range_that_ends_before_it_begins                   = { image = "etl:1", port_mappings = [{ container_port_range = "80-81" }] }
      a_range_over_the_last_port                           = { image = "etl:1", port_mappings = [{ container_port_range = "65000-65535" }] }
      a_range_with_a_port_of_the_host                      = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, port_mappings = [{ container_port_range = "80-90" }] }
      a_range_on_the_host_s_network                        = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, port_mappings = [{ container_port_range = "80-90" }] }
      a_port_of_the_host_with_awsvpc                       = { image = "etl:1", port_mappings = [{ container_port = 80, host_port = 80 }] }
      another_port_on_the_host_s_network                   = { image = "etl:1", launch_type = "EC2", network_mode = "host", memory = 512, port_mappings = [{ container_port = 80, host_port = 80 }] }
      a_port_without_a_network                             = { image = "etl:1", launch_type = "EC2", network_mode = "none", memory = 512 }
      a_port_that_two_mappings_take                        = { image = "etl:1", port_mappings = [{ container_port = 80 }, { container_port = 80, protocol = "udp" }] }
      a_port_that_two_containers_take                      = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, port_mappings = [{ container_port = 80 }], sidecars = { agent = { image = "agent:1", port_mappings = [{ container_port = 80 }] } } }
      a_port_of_the_host_that_two_containers_take          = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, port_mappings = [{ container_port = 80, host_port = 8080 }], sidecars = { agent = { image = "agent:1", port_mappings = [{ container_port = 80, host_port = 8081 }] } } }
      a_link_to_nobody                                     = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, links = ["agent:a"], sidecars = { agent = { image = "agent:1" } } }
      a_link_on_the_host_s_network                         = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, links = ["agent"], sidecars = { agent = { image = "agent:1" } } }
      a_link_with_awsvpc                                   = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, links = ["agent"], sidecars = { agent = { image = "agent:1" } } }
      an_extra_host_with_awsvpc                            = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, extra_hosts = { db = "10.0.0.3" } }
      a_host_name_with_awsvpc                              = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, hostname = "etl" }
      an_unknown_kernel_parameter                          = { image = "etl:1", system_controls = { "fs.mqueue.msg_max" = "1" } }
      a_kernel_parameter_of_the_host_s_network             = { image = "etl:1", launch_type = "EC2", network_mode = "host", memory = 512, system_controls = { "kernel.sem" = "1" } }
      a_kernel_parameter_of_the_host_s_ipc                 = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, ipc_mode = "host", system_controls = { "net.core.somaxconn" = "1" } }
      an_image_with_a_scheme                               = { image = "registry.example.com:5000/team/etl:1" }
      an_image_in_capitals                                 = { image = "team/etl:V1" }
      an_image_with_an_empty_tag                           = { image = "etl:1", sidecars = { agent = { image = "etl@sha256:0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a" } } }
      more_than_ten_containers                             = { image = "etl:1", sidecars = { s0 = { image = "a" }, s1 = { image = "a" }, s2 = { image = "a" }, s3 = { image = "a" }, s4 = { image = "a" }, s5 = { image = "a" }, s6 = { image = "a" }, s7 = { image = "a" }, s8 = { image = "a" } } }
      a_dependency_that_does_not_exist                     = { image = "etl:1", depends_on = { agent = "START" }, sidecars = { agent = { image = "agent:1" } } }
      an_unknown_condition                                 = { image = "etl:1", depends_on = { agent = "SUCCESS" }, sidecars = { agent = { image = "agent:1" } } }
      waiting_for_health_that_is_not_checked               = { image = "etl:1", depends_on = { agent = "HEALTHY" }, sidecars = { agent = { image = "agent:1", health_check = { command = ["CMD-SHELL", "true"] } } } }
      waiting_for_the_end_of_an_essential_container        = { image = "etl:1", depends_on = { agent = "COMPLETE" }, sidecars = { agent = { image = "agent:1", essential = false } } }
      dependencies_in_a_circle                             = { image = "etl:1", sidecars = { a = { image = "a", depends_on = { b = "START" } }, b = { image = "a", depends_on = { c = "START" } }, c = { image = "a" } } }
      a_mount_of_a_volume_that_does_not_exist              = { image = "etl:1", volumes = { data = {} }, mount_points = [{ source_volume = "data", container_path = "/a" }] }
      two_mounts_at_one_path                               = { image = "etl:1", volumes = { data = {} }, mount_points = [{ source_volume = "data", container_path = "/a" }, { source_volume = "data", container_path = "/b" }] }
      volumes_from_a_container_that_does_not_exist         = { image = "etl:1", volumes_from = [{ source_container = "agent" }], sidecars = { agent = { image = "agent:1" } } }
      an_unknown_ulimit                                    = { image = "etl:1", ulimits = { nofile = { soft_limit = 1, hard_limit = 2 } } }
      a_soft_limit_over_the_hard_one                       = { image = "etl:1", ulimits = { nofile = { soft_limit = 2, hard_limit = 2 } } }
      a_health_check_that_is_no_command                    = { image = "etl:1", health_check = { command = ["CMD", "true"] } }
      no_number_of_gpus                                    = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, resource_requirements = { GPU = "2" } }
      firelens_without_a_router                            = { image = "etl:1", log_configuration = { log_driver = "awsfirelens" }, sidecars = { agent = { image = "agent:1", firelens_configuration = {} } } }
      an_unknown_router                                    = { image = "etl:1", sidecars = { agent = { image = "agent:1", firelens_configuration = { type = "fluentd" } } } }
      two_routers                                          = { image = "etl:1", sidecars = { agent = { image = "agent:1", firelens_configuration = {} } } }
      a_router_that_logs_to_itself                         = { image = "etl:1", sidecars = { agent = { image = "agent:1", firelens_configuration = {}, log_configuration = { log_driver = "awslogs" } } } }
      a_router_s_file_in_s3_on_fargate                     = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, sidecars = { agent = { image = "agent:1", firelens_configuration = { options = { config-file-type = "s3", config-file-value = "arn:aws:s3:::settings/fluent.conf" } } } } }
      a_router_s_file_that_is_not_said                     = { image = "etl:1", sidecars = { agent = { image = "agent:1", firelens_configuration = { options = { config-file-type = "file", config-file-value = "/fluent.conf" } } } } }
      a_router_s_file_that_is_not_in_s3                    = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, sidecars = { agent = { image = "agent:1", firelens_configuration = { options = { config-file-type = "file", config-file-value = "/fluent.conf" } } } } }
      a_log_group_in_the_options                           = { image = "etl:1", log_configuration = { options = { mode = "non-blocking" } } }
      a_region_in_the_options                              = { image = "etl:1", log_configuration = { log_driver = "splunk", options = { awslogs-region = "x" } } }
      a_stream_prefix_in_the_options                       = { image = "etl:1", log_stream_prefix = "x" }
      a_log_group_that_the_containers_are_to_make          = { image = "etl:1", create_log_group = true }
      a_secret_option_that_is_the_secret                   = { image = "etl:1", log_configuration = { secret_options = { token = "/app/token" } } }
      an_environment_file_that_is_not_in_s3                = { image = "etl:1", environment_files = ["arn:aws-cn:s3:::settings/team/nightly.env"] }
      registry_credentials_with_a_json_key                 = { image = "etl:1", repository_credentials = { credentials_parameter = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbC123" } }
      an_unknown_version_consistency                       = { image = "etl:1", version_consistency = "disabled" }
      an_unknown_permission_of_a_device                    = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, linux_parameters = { devices = [{ host_path = "/dev/fuse", permissions = ["read"] }] } }
      a_volume_name_with_a_blank                           = { image = "etl:1", volumes = { my-data = {} } }
      a_volume_of_two_kinds                                = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, volumes = { data = { host_path = "/d" } } }
      an_unknown_scope                                     = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, volumes = { data = { docker_volume_configuration = { scope = "shared" } } } }
      autoprovision_of_a_task_s_volume                     = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, volumes = { data = { docker_volume_configuration = { autoprovision = true, scope = "shared" } } } }
      an_access_point_without_encryption                   = { image = "etl:1", volumes = { data = { efs_volume_configuration = { file_system_id = "fs-1", authorization_config = { access_point_id = "fsap-1" } } } } }
      an_access_point_with_a_directory                     = { image = "etl:1", volumes = { data = { efs_volume_configuration = { file_system_id = "fs-1", root_directory = "/team" } } } }
      an_unknown_encryption                                = { image = "etl:1", volumes = { data = { efs_volume_configuration = { file_system_id = "fs-1", transit_encryption = "DISABLED" } } } }
      a_role_beside_one_to_be_made                         = { image = "etl:1", task_role_arn = "arn:aws:iam::123456789012:role/r" }
      a_role_s_name_with_a_blank                           = { image = "etl:1", task_role = { statements = { Read = { actions = ["s3:GetObject"], resources = ["*"] } }, name = "my-role" } }
      a_role_s_path_without_slashes                        = { image = "etl:1", task_role = { statements = { Read = { actions = ["s3:GetObject"], resources = ["*"] } }, path = "/airflow/" } }
      a_statement_whose_name_has_a_hyphen                  = { image = "etl:1", task_role = { statements = { ReadIt = { actions = ["s3:GetObject"], resources = ["*"] } } } }
      an_unknown_effect                                    = { image = "etl:1", task_role = { statements = { Read = { actions = ["s3:GetObject"], resources = ["*"], effect = "Deny" } } } }
      an_action_without_its_service                        = { image = "etl:1", task_role = { statements = { Read = { actions = ["s3:Get*"], resources = ["*"] } } } }
      a_role_by_its_name                                   = { image = "etl:1", task_role_arn = "arn:aws:iam::123456789012:role/r" }
      a_statement_about_nothing                            = { image = "etl:1", task_role = { statements = { Read = { actions = ["s3:GetObject"], resources = ["*"] } } } }
      efs_that_asks_for_a_role_where_none_is               = { image = "etl:1", volumes = { data = { efs_volume_configuration = { file_system_id = "fs-1", authorization_config = { iam = "ENABLED" } } } }, task_role = { statements = { Read = { actions = ["s3:GetObject"], resources = ["*"] } } } }
      an_unknown_iam_of_efs                                = { image = "etl:1", volumes = { data = { efs_volume_configuration = { file_system_id = "fs-1", authorization_config = { iam = "DISABLED" } } } } }
      a_port_that_efs_cannot_have                          = { image = "etl:1", volumes = { data = { efs_volume_configuration = { file_system_id = "fs-1", transit_encryption_port = 65535 } } } }
      an_image_by_another_digest                           = { image = "etl@sha256:0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A" }
      an_image_by_a_short_digest                           = { image = "etl:1@sha256:0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a" }
      an_image_of_too_many_letters                         = { image = "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee:1" }
      a_secret_that_is_the_secret                          = { image = "etl:1", secrets = { TOKEN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:rds!cluster-0a1b-AbC123:password::" } }
      a_secret_that_is_null                                = { image = "etl:1", secrets = { TOKEN = "/token" } }
      a_variable_that_is_null                              = { image = "etl:1", sidecars = { agent = { image = "agent:1", environment = { ZONE = "" } } } }
      a_word_that_is_null                                  = { image = "etl:1", command = ["run", ""] }
      an_environment_file_of_another_name                  = { image = "etl:1", environment_files = ["arn:aws:s3:::b/nightly.env"] }
      eleven_environment_files                             = { image = "etl:1", environment_files = ["arn:aws:s3:::b/0.env", "arn:aws:s3:::b/1.env", "arn:aws:s3:::b/2.env", "arn:aws:s3:::b/3.env", "arn:aws:s3:::b/4.env", "arn:aws:s3:::b/5.env", "arn:aws:s3:::b/6.env", "arn:aws:s3:::b/7.env", "arn:aws:s3:::b/8.env", "arn:aws:s3:::b/9.env"] }
      a_credential_spec_that_is_none                       = { image = "etl:1", credential_specs = ["credentialspecdomainless:arn:aws:s3:::b/x.json"] }
      a_credential_spec_that_needs_a_domain_on_fargate     = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, credential_specs = ["credentialspec:arn:aws:ssm:eu-west-1:123456789012:parameter/password"] }
      two_credential_specs                                 = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, credential_specs = ["credentialspec:arn:aws:s3:::b/x.json"] }
      an_unknown_capability                                = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, linux_parameters = { capabilities = { add = ["NET_ADMIN"] } } }
      an_unknown_capability_to_drop                        = { image = "etl:1", linux_parameters = { capabilities = { drop = ["ALL"] } } }
      an_unknown_option_of_a_mount                         = { image = "etl:1", linux_parameters = { tmpfs = [{ container_path = "/t", size = 1, mount_options = ["mode=1777"] }] } }
      memory_for_files_of_no_size                          = { image = "etl:1", linux_parameters = { tmpfs = [{ container_path = "/t", size = 1 }] } }
      no_soft_limit_over_a_hard_one                        = { image = "etl:1", ulimits = { nofile = { soft_limit = -1, hard_limit = -1 } } }
      all_gpus_in_small_letters                            = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, resource_requirements = { GPU = "ALL" } }
      a_container_s_cpu_under_zero                         = { image = "etl:1", container_cpu = 0 }
      a_container_s_memory_in_fractions                    = { image = "etl:1", container_memory = 100 }
      swap_under_zero                                      = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, linux_parameters = { max_swap = 0 } }
      start_timeout_out_of_range                           = { image = "etl:1", start_timeout = 2 }
      health_check_interval_out_of_range                   = { image = "etl:1", health_check = { command = ["CMD-SHELL", "true"], interval = 5 } }
      health_check_timeout_out_of_range                    = { image = "etl:1", health_check = { command = ["CMD-SHELL", "true"], timeout = 60 } }
      health_check_retries_out_of_range                    = { image = "etl:1", health_check = { command = ["CMD-SHELL", "true"], retries = 10 } }
      health_check_start_period_out_of_range               = { image = "etl:1", health_check = { command = ["CMD-SHELL", "true"], start_period = 300 } }
      linux_parameters_swappiness_out_of_range             = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, linux_parameters = { swappiness = 100 } }
      linux_parameters_shared_memory_size_out_of_range     = { image = "etl:1", launch_type = "EC2", network_mode = "bridge", memory = 512, linux_parameters = { shared_memory_size = 1 } }
      a_sidecar_s_name_with_a_blank                        = { image = "etl:1", sidecars = { my-agent = { image = "agent:1" } } }
      a_log_group_by_its_arn                               = { image = "etl:1", log_group_name = "/jobs" }
      a_stream_prefix_that_ends_in_a_slash                 = { image = "etl:1", log_stream_prefix = "jobs/a" }
    }
  }

  assert {
    condition     = length(output.tasks) == 194
    error_message = "There are ${length(output.tasks)} tasks."
  }
}

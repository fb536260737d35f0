################################################################################
# What is wrong in the task's own fields
################################################################################

locals {
  _entries = coalesce(local._strategy, [])

  _bad_task = [
    for problem in [
      length(var.task.sidecars) <= 9 ? "" :
      "sidecars has ${length(var.task.sidecars)}: ECS takes 10 containers a task, the main one among them",

      alltrue([for name in keys(var.task.sidecars) : can(regex(local._container_word, name))]) ? "" :
      "sidecars = ${jsonencode(keys(var.task.sidecars))}: a container's name has 1 to 255 letters, digits, hyphens and underscores, nothing else",

      local._on_fargate || local._cpu == null ? "" : try(local._cpu >= 128 && local._cpu <= 196608 && floor(local._cpu) == local._cpu, true) ? "" :
      "cpu = ${local._cpu}: legal is 128 to 196608, whole; 1024 is one vCPU",
      local._on_fargate || local._memory == null ? "" : try(local._memory >= 6 && floor(local._memory) == local._memory, true) ? "" :
      "memory = ${local._memory}: legal is 6 and more, whole, in MiB",
      var.task.ephemeral_storage == null ? "" : !local._on_fargate ?
      "ephemeral_storage.size_in_gib = ${var.task.ephemeral_storage.size_in_gib}: only Fargate has it; on an instance containers use its disk" :
      var.task.ephemeral_storage.size_in_gib >= 21 && var.task.ephemeral_storage.size_in_gib <= 200 && floor(var.task.ephemeral_storage.size_in_gib) == var.task.ephemeral_storage.size_in_gib ? "" :
      "ephemeral_storage.size_in_gib = ${var.task.ephemeral_storage.size_in_gib}: legal is 21 to 200, whole; 20 GiB are there without it",

      contains(["awsvpc", "bridge", "host", "none"], var.task.network_mode) ? "" :
      "network_mode = ${jsonencode(var.task.network_mode)}: legal are awsvpc, bridge, host and none; on Fargate awsvpc",
      contains(["host", "task"], coalesce(var.task.pid_mode, "task")) ? "" :
      "pid_mode = ${jsonencode(var.task.pid_mode)}: legal are host and task; on Fargate task",
      contains(["host", "task", "none"], coalesce(var.task.ipc_mode, "none")) ? "" :
      "ipc_mode = ${jsonencode(var.task.ipc_mode)}: legal are host, task and none; on Fargate leave it out",

      contains(["X86_64", "ARM64"], try(var.task.runtime_platform.cpu_architecture, "X86_64")) ? "" :
      "runtime_platform.cpu_architecture = ${jsonencode(try(var.task.runtime_platform.cpu_architecture, ""))}: legal are X86_64 and ARM64",
      contains(local._systems, try(var.task.runtime_platform.operating_system_family, "LINUX")) ? "" :
      "runtime_platform.operating_system_family = ${jsonencode(try(var.task.runtime_platform.operating_system_family, ""))}: legal are ${join(", ", local._systems)}",

      contains(["FARGATE", "EC2"], coalesce(var.task.launch_type, "FARGATE")) ? "" :
      "launch_type = ${jsonencode(var.task.launch_type)}: legal are FARGATE and EC2",
      var.task.launch_type == null || local._strategy == null ? "" :
      "both launch_type and capacity_provider_strategy are given; ECS takes one of them",
      local._strategy == null || contains(range(1, 21), length(local._entries)) ? "" :
      "capacity_provider_strategy has ${length(local._entries)} entries: legal are 1 to 20, or leave it out",
      (local._on_fargate ? contains(local._platform_versions, local._platform_version) : true) ? "" :
      "platform_version = ${jsonencode(var.task.platform_version)}: legal are ${join(", ", local._platform_versions)}${local._windows ? " with Windows" : ""}",
      local._on_fargate || var.task.platform_version == null ? "" :
      "platform_version = ${jsonencode(var.task.platform_version)}: only Fargate has platform versions, and this task does not run there",

      alltrue([for s in local._entries : contains(range(0, 1001), coalesce(s.weight, 0)) && coalesce(s.base, 0) >= 0 && coalesce(s.base, 0) <= 100000]) ? "" :
      "${local._strategy_given}: weight is 0 to 1000, base 0 to 100000",
      length([for s in local._entries : s if coalesce(s.base, 0) > 0]) <= 1 ? "" :
      "${local._strategy_given}: one entry only may have a base",
      length(distinct(local._entries[*].capacity_provider)) == length(local._entries) ? "" :
      "${local._strategy_given}: a provider is given twice",
      length(local._entries) < 2 || anytrue([for s in local._entries : coalesce(s.weight, 0) > 0]) ? "" :
      "${local._strategy_given}: with several entries at least one needs a weight over 0",

      alltrue([for c in var.task.placement_constraints : c.type == "memberOf" && coalesce(c.expression, "-") != "-"]) ? "" :
      "placement_constraints = ${jsonencode(var.task.placement_constraints)}: in a task definition type is memberOf, and expression says where, e.g. \"attribute:ecs.instance-type == g4dn.xlarge\"",
      length(var.task.placement_constraints) <= 10 ? "" :
      "placement_constraints has ${length(var.task.placement_constraints)}: ECS takes 10",
      length(var.task.placement_strategy) <= 5 ? "" :
      "placement_strategy has ${length(var.task.placement_strategy)}: ECS takes 5",
      alltrue([for s in var.task.placement_strategy : contains(["random", "spread", "binpack"], s.type)]) ? "" :
      "placement_strategy = ${jsonencode(var.task.placement_strategy)}: type is random, spread or binpack",
      alltrue([for s in var.task.placement_strategy : s.type != "binpack" || contains(["cpu", "memory"], coalesce(s.field, "-"))]) ? "" :
      "placement_strategy = ${jsonencode(var.task.placement_strategy)}: field of binpack is cpu or memory",
      alltrue([for s in var.task.placement_strategy : s.type != "spread" || s.field != null]) ? "" :
      "placement_strategy = ${jsonencode(var.task.placement_strategy)}: field of spread is host, instanceId or an attribute, e.g. \"attribute:ecs.availability-zone\"",
    ] : problem if problem != ""
  ]
  _strategy_given = "capacity_provider_strategy = ${jsonencode(local._strategy)}"
  _systems        = concat(["LINUX"], local._windows_families, local._old_windows_families)
}

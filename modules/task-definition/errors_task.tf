################################################################################
# Mistakes in a task's own fields: names, where it runs, placement
################################################################################

locals {
  task_errors = {
    for name, task in local.tasks : name => [
      for problem in concat(
        compact([
          can(regex(local.patterns.name, task.container_name)) &&
          length(task.container_name) <= local.limits.name_characters ? null :
          join(" ", [
            "container_name is ${jsonencode(task.container_name)}.",
            "It must have 1 to 255 letters, digits, hyphens and underscores.",
          ]),

          !contains(keys(task.sidecars), task.container_name) ? null :
          join(" ", [
            "sidecars[${jsonencode(task.container_name)}] has the main container's name.",
            "Rename the sidecar, or set container_name.",
          ]),

          can(regex(local.patterns.name, task.family)) && length(task.family) <= local.limits.name_characters ? null :
          "family is ${jsonencode(task.family)}. It must have 1 to 255 letters, digits, hyphens and underscores.",

          length(task.sidecars) < local.limits.containers ? null :
          join(" ", [
            "sidecars has ${length(task.sidecars)} containers.",
            "A task has at most ${local.limits.containers} with the main one.",
          ]),

          contains(["FARGATE", "EC2"], coalesce(task.launch_type, "FARGATE")) ? null :
          "launch_type is ${jsonencode(task.launch_type)}. It must be FARGATE or EC2.",

          contains(["awsvpc", "bridge", "host", "none"], task.network_mode) ? null :
          join(" ", [
            "network_mode is ${jsonencode(task.network_mode)}.",
            "It must be awsvpc, bridge, host or none; on Fargate awsvpc.",
          ]),

          contains(["host", "task"], coalesce(task.pid_mode, "task")) ? null :
          "pid_mode is ${jsonencode(task.pid_mode)}. It must be host or task; on Fargate task.",

          contains(["host", "task", "none"], coalesce(task.ipc_mode, "none")) ? null :
          "ipc_mode is ${jsonencode(task.ipc_mode)}. It must be host, task or none. On Fargate leave it out.",

          task.on_fargate || coalesce(var.tasks[name].platform_version, "-") == "-" ? null :
          join(" ", [
            "platform_version is ${jsonencode(var.tasks[name].platform_version)}.",
            "Only Fargate has platform versions: leave it out on EC2.",
          ]),

          coalesce(var.tasks[name].launch_type, "-") == "-" ||
          var.tasks[name].capacity_provider_strategy == null ? null :
          "launch_type and capacity_provider_strategy are both set. Leave one of them out.",
        ]),
        [
          for sidecar in keys(task.sidecars) :
          join(" ", [
            "sidecars has ${jsonencode(sidecar)}.",
            "A container's name must have 1 to 255 letters, digits, hyphens and underscores.",
          ])
          if !can(regex(local.patterns.name, sidecar)) || length(sidecar) > local.limits.name_characters
        ],
        [
          for version in task.platform_version[*] :
          join(" ", [
            "platform_version is ${jsonencode(version)}.",
            "It must be one of",
            join(", ", local.platform_versions[task.windows ? "windows" : "linux"]),
            task.windows ? "with Windows." : "with Linux.",
          ])
          if !contains(local.platform_versions[task.windows ? "windows" : "linux"], version)
        ],
        flatten([
          for platform in task.runtime_platform[*] : compact([
            contains(["X86_64", "ARM64"], coalesce(platform.cpu_architecture, "X86_64")) ? null :
            join(" ", [
              "runtime_platform.cpu_architecture is ${jsonencode(platform.cpu_architecture)}.",
              "It must be X86_64 or ARM64.",
            ]),

            contains(local.operating_systems, coalesce(platform.operating_system_family, "LINUX")) ? null :
            join(" ", [
              "runtime_platform.operating_system_family is ${jsonencode(platform.operating_system_family)}.",
              "It must be one of ${join(", ", local.operating_systems)}.",
            ]),
          ])
        ]),
        flatten([
          for entries in local.strategies[name] == null ? [] : [local.strategies[name]] : [
            for problem in compact([
              length(entries) >= 1 && length(entries) <= local.limits.strategy_entries ? null :
              "has ${length(entries)} entries. It must have 1 to ${local.limits.strategy_entries}; or leave it out.",

              length(distinct([for entry in entries : startswith(entry.capacity_provider, "FARGATE")])) < 2 ? null :
              join(" ", [
                "mixes Fargate with capacity providers of your own",
                "(${join(", ", entries[*].capacity_provider)}). ECS accepts one kind in a strategy.",
              ]),

              alltrue(flatten([
                for entry in entries : [
                  for field, number in { weight = coalesce(entry.weight, 0), base = coalesce(entry.base, 0) } :
                  floor(number) == number &&
                  number >= local.ranges["capacity_provider_strategy.${field}"][0] &&
                  number <= local.ranges["capacity_provider_strategy.${field}"][1]
                ]
              ])) ? null :
              join(" ", [
                "is ${jsonencode(entries)}.",
                "weight must be ${local.range_texts.instances["capacity_provider_strategy.weight"]}, base",
                "${local.range_texts.instances["capacity_provider_strategy.base"]}.",
              ]),

              length([for entry in entries : entry if coalesce(entry.base, 0) > 0]) <= 1 ? null :
              "is ${jsonencode(entries)}. Only one entry may have a base.",

              length(distinct(entries[*].capacity_provider)) == length(entries) ? null :
              "is ${jsonencode(entries)}. Each capacity provider may stand in it once.",

              length(entries) < 2 || anytrue([for entry in entries : coalesce(entry.weight, 0) > 0]) ? null :
              "is ${jsonencode(entries)}. With several entries, at least one needs a weight over 0.",
            ]) : "capacity_provider_strategy ${problem}"
          ]
        ]),
        length(task.placement_constraints) <= local.limits.placement_constraints ? [] : [
          join(" ", [
            "placement_constraints has ${length(task.placement_constraints)}.",
            "ECS accepts at most ${local.limits.placement_constraints}.",
          ])
        ],
        [
          for constraint in task.placement_constraints :
          join(" ", [
            "placement_constraints has ${jsonencode(constraint)}.",
            "type must be memberOf, and expression must name the place, e.g.",
            "\"attribute:ecs.instance-type == g4dn.xlarge\".",
          ])
          if constraint.type != "memberOf" || coalesce(constraint.expression, "-") == "-"
        ],
        length(task.placement_strategy) <= local.limits.placement_strategy ? [] : [
          join(" ", [
            "placement_strategy has ${length(task.placement_strategy)}.",
            "ECS accepts at most ${local.limits.placement_strategy}.",
          ])
        ],
        flatten([
          for entry in task.placement_strategy : [
            for problem in compact([
              contains(["random", "spread", "binpack"], entry.type) ? null :
              "type must be random, spread or binpack.",

              entry.type != "binpack" || contains(["cpu", "memory"], coalesce(entry.field, "-")) ? null :
              "field of binpack must be cpu or memory.",

              entry.type != "spread" || coalesce(entry.field, "-") != "-" ? null :
              "field of spread must be host, instanceId or an attribute, e.g. \"attribute:ecs.availability-zone\".",
            ]) : "placement_strategy has ${jsonencode(entry)}. ${problem}"
          ]
        ]),
      ) : "${task.at}.${problem}"
    ]
  }
}

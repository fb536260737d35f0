################################################################################
# Mistakes in cpu, memory and storage: of the task, and of its containers together
################################################################################

locals {
  # ECS sets aside a container's reservation, else its limit.
  reservations = {
    for name, containers in local.containers : name => {
      cpu    = [for container in containers : coalesce(container.cpu, 0)]
      memory = [for container in containers : coalesce(container.memory_reservation, container.memory, 0)]
      names  = containers[*].name
    }
  }

  size_errors = {
    for name, task in local.tasks : name => concat(
      # The values of memory depend on cpu, so a wrong cpu is reported alone.
      [
        for cpus in task.on_fargate ? [task.windows ? local.fargate_windows_cpus : local.fargate_cpus] : [] :
        contains(cpus, tostring(task.cpu))
        ? join(" ", [
          "${task.at}.memory is ${jsonencode(task.memory)}.",
          "On Fargate with cpu ${task.cpu} it must be one of ${join(", ", local.fargate_memory[task.cpu])}.",
        ])
        : join(" ", [
          "${task.at}.cpu is ${jsonencode(task.cpu)}.",
          "On Fargate${task.windows ? " with Windows" : ""} it must be one of ${join(", ", cpus)}.",
        ])
        if !contains(cpus, tostring(task.cpu)) || !contains(
          try(local.fargate_memory[task.cpu], []), coalesce(task.memory, 0)
        )
      ],
      [
        for field, value in task.on_fargate ? {} : { cpu = task.cpu, memory = task.memory } :
        "${task.at}.${field} is ${value}. It must be ${local.range_texts.instances["task.${field}"]}."
        if value == null ? false : (
          value < local.ranges["task.${field}"][0] || floor(value) != value ||
          value > coalesce(local.ranges["task.${field}"][1], value)
        )
      ],
      [
        for storage in task.ephemeral_storage[*] : join(" ", [
          "${task.at}.ephemeral_storage.size_in_gib is ${storage.size_in_gib}.",
          task.on_fargate
          ? "It must be ${local.range_texts.fargate["ephemeral_storage.size_in_gib"]}; without it there are 20 GiB."
          : "Only Fargate has it: leave it out. On an instance, containers use the instance's disk.",
        ])
        if(
          !task.on_fargate || floor(storage.size_in_gib) != storage.size_in_gib ||
          storage.size_in_gib < local.ranges["ephemeral_storage.size_in_gib"][0] ||
          storage.size_in_gib > local.ranges["ephemeral_storage.size_in_gib"][1]
        )
      ],
      [
        for field in ["cpu", "memory"] : join(" ", [
          "${task.at}.${field} is ${task[field]}, and its containers need ${sum(local.reservations[name][field])}",
          "(${join(" + ", formatlist("%v of %v", local.reservations[name][field], local.reservations[name].names))}).",
          "Raise the task's ${field}, or lower the containers'.",
        ])
        if task[field] == null ? false : sum(local.reservations[name][field]) > task[field]
      ],
      flatten([
        for container in local.containers[name] : [
          for problem in compact([
            (container.memory == null || task.memory == null ? true : container.memory <= task.memory) ? null :
            join(" ", [
              "${container.fields.memory} is ${coalesce(container.memory, 0)}.",
              "It must not be over the task's memory, ${coalesce(task.memory, 0)}.",
            ]),
            task.memory != null || container.memory != null || container.memory_reservation != null ? null : join(" ", [
              "${container.fields.memory} is not set, and the task has no memory either.",
              "Set the task's memory, or ${container.fields.memory} or memory_reservation of each container.",
            ]),
            container.memory == null || container.memory_reservation == null ? null :
            coalesce(container.memory, 0) >= coalesce(container.memory_reservation, 0) ? null : join(" ", [
              "memory_reservation is ${coalesce(container.memory_reservation, 0)}.",
              "It must not be over ${container.fields.memory}, ${coalesce(container.memory, 0)}.",
            ]),
          ]) : "${container.at}.${problem}"
        ]
      ]),
    )
  }

  definition_errors = {
    for name, bytes in local.definition_bytes : name => bytes <= local.limits.definition_bytes ? [] : [
      join(" ", [
        "${local.resolved[name].at}: its container definitions have ${bytes} bytes as JSON.",
        "ECS accepts at most ${local.limits.definition_bytes}.",
        "Move long commands into the image, and long values into secrets or environment_files.",
      ])
    ]
  }
}

################################################################################
# What is wrong in the sum of the containers
################################################################################

locals {
  # What ECS sets aside for a container: its reservation, else its limit.
  _reserved_memory = sum([
    for container in local._containers : coalesce(container.memory_reservation, container.memory, 0)
  ])
  _reserved_cpu = sum([for container in local._containers : coalesce(container.cpu, 0)])
  _bad_sums = concat(
    # On instances a task may have no size of its own.
    try(local._reserved_memory <= local._memory, local._memory == null) ? [] : [
      "memory of the containers (${join(" + ", [for c in local._containers : "${coalesce(c.memory_reservation, c.memory, 0)} of ${c.name}"])}) is ${local._reserved_memory} MiB, the task's is ${local._memory}"
    ],
    try(local._reserved_cpu <= local._cpu, local._cpu == null) ? [] : [
      "cpu of the containers (${join(" + ", [for c in local._containers : "${coalesce(c.cpu, 0)} of ${c.name}"])}) is ${local._reserved_cpu}, the task's is ${local._cpu}"
    ],
    flatten([
      for container in local._containers : [
        for problem in [
          try(coalesce(container.memory, 0) <= local._memory, local._memory == null) ? "" :
          "memory ${local._of[container.name]} = ${coalesce(container.memory, 0)}: over the task's, ${local._memory}",
          local._memory != null || container.memory != null || container.memory_reservation != null ? "" :
          "memory ${local._of[container.name]} is not given, and the task has none either: give memory (of the task), or ${container.name == local._container_name ? "container_memory" : "memory"} or memory_reservation of each container",
          container.memory == null || container.memory_reservation == null ? "" :
          coalesce(container.memory, 0) > coalesce(container.memory_reservation, 0) ? "" :
          "memory_reservation ${local._of[container.name]} = ${coalesce(container.memory_reservation, 0)}: memory (${coalesce(container.memory, 0)}) must be more",
        ] : problem if problem != ""
      ]
    ]),
  )
}

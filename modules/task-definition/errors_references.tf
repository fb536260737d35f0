################################################################################
# Mistakes in what refers to other containers or to volumes
################################################################################

locals {
  # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html
  reference_errors = {
    for name, task in local.tasks : name => concat(
      flatten([
        for container in local.containers[name] : concat(
          flatten([
            for other, condition in container.depends_on : [
              for problem in compact([
                contains(local.reservations[name].names, other) ? null : join(" ", [
                  "There is no such container: the task's others are ${jsonencode(container.others)}.",
                ]),

                contains(["START", "COMPLETE", "SUCCESS", "HEALTHY"], condition) ? null :
                "The condition must be START, COMPLETE, SUCCESS or HEALTHY.",

                condition != "HEALTHY" || alltrue([
                  for c in local.containers[name] : c.name != other || c.health_check != null
                ]) ? null :
                "${other} has no health_check, so it never becomes HEALTHY. Give it one, or wait for START.",

                !contains(["COMPLETE", "SUCCESS"], condition) || alltrue([
                  for c in local.containers[name] : c.name != other || !c.essential
                  ]) ? null : join(" ", [
                  "${other} is essential, so the whole task ends when it does.",
                  "Wait for START or HEALTHY, or set essential = false.",
                ]),
              ]) : "${container.at}.depends_on has ${jsonencode({ (other) = condition })}. ${problem}"
            ] if condition != null
          ]),
          [
            for mount in container.mount_points : join(" ", [
              "${container.at}.mount_points has the volume ${jsonencode(mount.source_volume)}.",
              "There is no such volume: set it in volumes, which has ${jsonencode(keys(task.volumes))}.",
            ])
            if mount == null ? false : !contains(keys(task.volumes), mount.source_volume)
          ],
          [
            for path, sources in {
              for mount in container.mount_points : mount.container_path => mount.source_volume... if mount != null
              } : join(" ", [
                "${container.at}.mount_points has ${jsonencode(path)} twice, from ${join(" and ", sources)}.",
                "Each container_path may stand there once.",
            ])
            if length(sources) > 1
          ],
          [
            for from in container.volumes_from : join(" ", [
              "${container.at}.volumes_from has the container ${jsonencode(from.source_container)}.",
              "There is no other container of this name: it must be one of ${join(", ", container.others)}.",
            ])
            if from == null ? false : !contains(container.others, from.source_container)
          ],
        )
      ]),
      length(local.dependency_cycles[name]) == 0 ? [] : [
        join(" ", [
          "${task.at}: depends_on goes in a circle: ${join(", ", local.dependency_cycles[name])} wait for each other,",
          "and none would ever start. Take one of them out.",
        ])
      ],
    )
  }

  # The containers that each container waits for, directly and over up to 2, 4, 8 and 16 steps. Terraform has no
  # recursion, and ECS accepts ten containers, so 16 steps find every cycle. Tasks without depends_on are left out.
  _dependencies_1 = {
    for name, containers in local.containers : name => {
      for container in containers : container.name => [
        for other in keys(container.depends_on) : other if contains(local.reservations[name].names, other)
      ]...
    } if length(flatten([for container in containers : keys(container.depends_on)])) > 0
  }
  _dependencies_2 = {
    for task, lists in local._dependencies_1 : task => {
      for c, list in lists : c => distinct(flatten([list, [for n in flatten(list) : lists[n]]]))
    }
  }
  _dependencies_4 = {
    for task, waits in local._dependencies_2 : task => {
      for c, to in waits : c => distinct(concat(to, [for n in to : waits[n]]...))
    }
  }
  _dependencies_8 = {
    for task, waits in local._dependencies_4 : task => {
      for c, to in waits : c => distinct(concat(to, [for n in to : waits[n]]...))
    }
  }
  _dependencies_16 = {
    for task, waits in local._dependencies_8 : task => {
      for c, to in waits : c => distinct(concat(to, [for n in to : waits[n]]...))
    }
  }
  dependency_cycles = {
    for name, task in var.tasks : name => [for c, to in lookup(local._dependencies_16, name, {}) : c if contains(to, c)]
  }
}

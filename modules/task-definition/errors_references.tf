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
                contains(local.reserved[name].names, other) ? null : join(" ", [
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
      length(local.circles[name]) == 0 ? [] : [
        join(" ", [
          "${task.at}: depends_on goes in a circle: ${join(", ", local.circles[name])} wait for each other,",
          "and none would ever start. Take one of them out.",
        ])
      ],
    )
  }

  # The containers that each one waits for, over one, two, four, eight and sixteen steps. ECS accepts ten containers, so
  # every circle shows. Terraform has no recursion. A task without depends_on is left out.
  _waits_1 = {
    for name, containers in local.containers : name => {
      for container in containers : container.name => [
        for other in keys(container.depends_on) : other if contains(local.reserved[name].names, other)
      ]...
    } if length(flatten([for container in containers : keys(container.depends_on)])) > 0
  }
  _waits_2 = {
    for task, waits in { for name, lists in local._waits_1 : name => { for c, list in lists : c => flatten(list) } } :
    task => { for c, to in waits : c => distinct(concat(to, [for n in to : waits[n]]...)) }
  }
  _waits_4 = {
    for task, waits in local._waits_2 : task => {
      for c, to in waits : c => distinct(concat(to, [for n in to : waits[n]]...))
    }
  }
  _waits_8 = {
    for task, waits in local._waits_4 : task => {
      for c, to in waits : c => distinct(concat(to, [for n in to : waits[n]]...))
    }
  }
  _waits_16 = {
    for task, waits in local._waits_8 : task => {
      for c, to in waits : c => distinct(concat(to, [for n in to : waits[n]]...))
    }
  }
  circles = {
    for name, task in var.tasks : name => [for c, to in lookup(local._waits_16, name, {}) : c if contains(to, c)]
  }
}

################################################################################
# What refers to something that is not there, or to itself
################################################################################

locals {
  # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html
  _bad_dependencies = flatten([
    for container in local._containers : [
      for name, condition in container.depends_on : [
        for problem in [
          contains(local._names, name) ? "" :
          "there is no such container; this task has ${join(", ", local._names)}",
          contains(["START", "COMPLETE", "SUCCESS", "HEALTHY"], condition) ? "" :
          "legal are START, COMPLETE, SUCCESS and HEALTHY",
          condition == "HEALTHY" && anytrue([for c in local._containers : c.name == name && c.health_check == null])
          ? "${name} has no health_check, so it would never be HEALTHY" : "",
          contains(["COMPLETE", "SUCCESS"], condition) && anytrue([for c in local._containers : c.name == name && c.essential])
          ? "${name} is essential, so the whole task ends when it does" : "",
        ] : "depends_on ${local._of[container.name]} = ${jsonencode({ (name) = condition })}: ${problem}"
        if problem != ""
      ]
    ]
  ])

  # Who waits for whom, over one, two, four, eight and sixteen steps: ECS takes
  # ten containers, so every circle shows. Terraform has no recursion.
  _waits_1 = {
    for name in local._names : name => flatten([
      for c in local._containers : setintersection(keys(c.depends_on), local._names) if c.name == name
    ])
  }
  _waits_2  = { for name, to in local._waits_1 : name => distinct(concat(to, [for n in to : local._waits_1[n]]...)) }
  _waits_4  = { for name, to in local._waits_2 : name => distinct(concat(to, [for n in to : local._waits_2[n]]...)) }
  _waits_8  = { for name, to in local._waits_4 : name => distinct(concat(to, [for n in to : local._waits_4[n]]...)) }
  _waits_16 = { for name, to in local._waits_8 : name => distinct(concat(to, [for n in to : local._waits_8[n]]...)) }
  _circle   = [for name, to in local._waits_16 : name if contains(to, name)]

  _bad_references = flatten([
    for container in local._containers : concat(
      [
        for mount in container.mount_points :
        "mount_points ${local._of[container.name]}: there is no volume ${jsonencode(mount.source_volume)}; volumes has ${length(var.task.volumes) == 0 ? "none" : join(", ", keys(var.task.volumes))}"
        if !contains(keys(var.task.volumes), mount.source_volume)
      ],
      [
        for path, times in { for mount in container.mount_points : mount.container_path => mount.source_volume... } :
        "mount_points ${local._of[container.name]}: ${jsonencode(path)} is mounted twice, from ${join(" and ", times)}"
        if length(times) > 1
      ],
      [
        for from in container.volumes_from :
        "volumes_from ${local._of[container.name]}: there is no other container ${jsonencode(from.source_container)}; this task has ${join(", ", local._names)}"
        if from.source_container == container.name || !contains(local._names, from.source_container)
      ],
    )
  ])
}

################################################################################
# The index of images: image => tasks, for DAGs that name an image
# `mwaa_ecs_operator.images` normalises references by the same rules.
################################################################################

locals {
  references = flatten([
    for name, task in var.images : [
      for reference in concat([task.image], task.aliases) : {
        task      = name
        is_alias  = reference != task.image
        name      = trimspace(split("@", reference)[0])
        digest    = length(split("@", reference)) > 1 ? "@${split("@", reference)[1]}" : ""
        first     = split("/", trimspace(reference))[0]
        has_slash = strcontains(split("@", reference)[0], "/")
      }
    ]
  ])
  with_registry = [
    for reference in local.references : merge(reference, (
      reference.has_slash && (can(regex("[.:]", reference.first)) || reference.first == "localhost")
      ? {
        registry = (
          contains(["index.docker.io", "registry-1.docker.io"], reference.first) ? "docker.io" : reference.first
        )
        path = trimprefix(reference.name, "${reference.first}/")
      }
      : { registry = "docker.io", path = reference.name }
    ))
  ]
  # `x` is docker.io/library/x:latest. With a digest the tag is dropped.
  normalised = [
    for reference in local.with_registry : merge(reference, {
      key = join("", [
        reference.registry, "/",
        reference.registry == "docker.io" && !strcontains(reference.path, "/") ? "library/" : "",
        split(":", reference.path)[0],
        reference.digest != "" ? reference.digest : ":${try(split(":", reference.path)[1], "latest")}",
      ])
    })
  ]

  index_entries = {
    for name, task in var.images : name => merge(
      { task = name },
      {
        for key, value in {
          cpu               = task.cpu
          memory            = task.memory
          entry_point       = task.entry_point
          user              = task.user
          working_directory = task.working_directory
          platform          = task.on_fargate ? null : "EC2"
        } : key => value if value != null
      },
      length(task.mounts) > 0 ? { mounts = sort(distinct(task.mounts)) } : {},
      length(task.secrets) > 0 ? { secrets = sort(distinct(task.secrets)) } : {},
    )
  }

  # Tasks that differ in name, CPU and memory only share one entry, which names some of them: many
  # tasks can run one image, and a parameter has room for 4,096 characters.
  shared_entry_keys = {
    for name, entry in local.index_entries : name => jsonencode({
      for key, value in entry : key => value if !contains(["task", "cpu", "memory"], key)
    })
  }

  # The names of the parameters depend on the number of images alone. The number is known at plan
  # time, an image perhaps only after apply.
  is_small_index = sum(concat([0], [for task in var.images : 1 + length(task.aliases)])) <= 12
  index_names = (
    length(var.images) == 0 ? [] :
    local.is_small_index ? ["all"] : [for part in range(8) : tostring(part)]
  )
  index_parts = {
    for part in local.index_names : part => {
      for key, tasks in {
        for reference in local.normalised : reference.key => reference.task...
        if part == "all" || part == tostring(floor(parseint(substr(sha1(reference.key), 0, 1), 16) / 2))
        } : key => [
        for names in values({ for task in distinct(tasks) : local.shared_entry_keys[task] => task... }) : merge(
          local.index_entries[names[0]],
          {
            for key, value in { also = slice(names, 1, min(4, length(names))), count = length(names) } : key => value
            if length(names) > 1
          },
        )
      ]
    }
  }

  # Aliases of tasks that share an entry: the operator could not choose one of them.
  ambiguous_aliases = distinct([
    for key, tasks in { for reference in local.normalised : reference.key => reference.task... if reference.is_alias } :
    "${jsonencode(key)} of ${join(", ", distinct(tasks))}"
    if length(distinct([for task in tasks : local.shared_entry_keys[task]])) < length(distinct(tasks))
  ])
}

resource "aws_ssm_parameter" "image_index" {
  #checkov:skip=CKV2_AWS_34:It holds names and ids and never a secret, so DAGs need no right to a key.
  for_each = toset(local.index_names)

  name           = "${var.prefix}/images/${each.key}"
  description    = "Tasks by the images that they run, for DAGs that name an image."
  type           = "String"
  insecure_value = jsonencode(local.index_parts[each.key])
  tags           = var.tags

  lifecycle {
    precondition {
      condition = length(jsonencode(local.index_parts[each.key])) <= 4096
      error_message = join("", [
        "The parameter ${var.prefix}/images/${each.key} would hold ${length(jsonencode(local.index_parts[each.key]))} ",
        "characters. Parameter Store accepts at most 4096. Set fewer image_aliases, or split the tasks over two ",
        "module instances.",
      ])
    }

    precondition {
      condition = length(local.ambiguous_aliases) == 0
      error_message = join("", [
        "image_aliases: ${join("; ", local.ambiguous_aliases)}: these tasks do not differ in entry point, user, ",
        "folder, mounts, secrets or platform, so a DAG could mean each. Remove the alias from all but one of them.",
      ])
    }
  }
}

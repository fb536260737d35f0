variable "prefix" {
  description = <<-EOT
    Prefix of all parameters' names. Each module instance in an account and region needs its own. `tasks` and
    `images` cannot be part of it, except as the first level. Default: `/mwaa`.
  EOT
  type        = string
  default     = "/mwaa"
  nullable    = false

  validation {
    condition = can(regex("^(/[a-zA-Z0-9_.-]+){1,13}$", var.prefix)) && !can(regex("^/(?i)(aws|ssm)", var.prefix))
    error_message = join("", [
      "prefix is ${jsonencode(var.prefix)}. It must have 1 to 13 levels of letters, digits and _.-, with a slash ",
      "before each and none at the end, e.g. \"/mwaa\". It must not begin with /aws or /ssm, which AWS reserves.",
    ])
  }

  # The role of another module instance can read everything below `<its prefix>/tasks` and
  # `<its prefix>/images`. No other path is granted as a whole.
  validation {
    condition = !can(regex("^/[^/]+(/[^/]+)*/(tasks|images)(/|$)", var.prefix))
    error_message = join("", [
      "prefix is ${jsonencode(var.prefix)}. It must not be below a path named \"tasks\" or \"images\": there a module ",
      "instance with a shorter prefix has its parameters, and its DAGs could read these too. Set a prefix without ",
      "these two names, e.g. \"/mwaa-dev\".",
    ])
  }
}

variable "cluster" {
  description = "Name of the cluster that the tasks run on."
  type        = string
}

variable "tasks" {
  description = <<-EOT
    The arguments that a DAG needs to run each task, by the task's name, as the output `contracts` of
    `modules/task-definition` returns them.
    - `task_definition`: (Required) family of the task definition.
    - `container_name`: (Required) name of the main container.
    - `revision`: revision that DAGs run. Default: the newest.
    - `log_group`: log group of the main container. Default: none, and Airflow shows no lines.
    - `log_stream_prefix`: the `awslogs-stream-prefix` of the task definition, without the container. Default: ecs.
    - `launch_type`: FARGATE, EC2 or EXTERNAL. Set it or `capacity_provider_strategy`, not both. Default: none.
    - `capacity_provider_strategy`: `capacity_provider`, `weight` and `base`, as ECS takes them. Default: none.
    - `platform_version`: Fargate's platform version. Default: none.
    - `network_mode`: network mode of the task definition. Default: awsvpc.
    - `placement_strategy`: `type` and `field`, as ECS takes them, for tasks on EC2. Default: none.
    - `propagate_tags`: TASK_DEFINITION, if tasks get the tags of their definition. Default: none.
  EOT
  type = map(object({
    task_definition   = string
    container_name    = string
    revision          = optional(number)
    log_group         = optional(string)
    log_stream_prefix = optional(string, "ecs")
    launch_type       = optional(string)
    capacity_provider_strategy = optional(list(object({
      capacity_provider = string
      weight            = optional(number)
      base              = optional(number)
    })))
    platform_version = optional(string)
    network_mode     = optional(string, "awsvpc")
    placement_strategy = optional(list(object({
      type  = string
      field = optional(string)
    })))
    propagate_tags = optional(string)
  }))
  nullable = false

  validation {
    condition     = length(var.tasks) > 0
    error_message = "tasks is empty. Set at least one task."
  }

  validation {
    condition = alltrue([
      for name in keys(var.tasks) : can(regex("^[a-zA-Z0-9_-]+$", name)) && length(name) <= 255
    ])
    error_message = join("", [
      "tasks has the keys ${jsonencode(keys(var.tasks))}. A task's name must have 1 to 255 letters, digits, hyphens ",
      "and underscores.",
    ])
  }

  validation {
    condition = alltrue([
      for task in var.tasks :
      (task.launch_type == null) != (task.capacity_provider_strategy == null)
    ])
    error_message = join("", [
      "tasks: ",
      join(", ", [
        for name, task in var.tasks : jsonencode(name)
        if(task.launch_type == null) == (task.capacity_provider_strategy == null)
      ]),
      " must have either launch_type or capacity_provider_strategy. ECS refuses both, and with neither it looks for ",
      "EC2 instances.",
    ])
  }
}

variable "images" {
  description = <<-EOT
    Entries of the index of images, by the task's name. Default: none, and no index.
    - `image`: (Required) the main container's image.
    - `aliases`: more references that DAGs may name the task by, such as `org/app:*`. Default: none.
    - `cpu`: CPU units of the task. Default: null.
    - `memory`: MiB of the task. Default: null.
    - `entry_point`: the main container's entry point. Default: the image's.
    - `user`: the main container's user. Default: the image's.
    - `working_directory`: the main container's working directory. Default: the image's.
    - `mounts`: paths in the main container at which something is mounted. Default: none.
    - `secrets`: names of its environment variables that come from secrets. Default: none.
    - `on_fargate`: whether the task runs on Fargate. Default: true.
  EOT
  type = map(object({
    image             = string
    aliases           = optional(list(string), [])
    cpu               = optional(number)
    memory            = optional(number)
    entry_point       = optional(list(string))
    user              = optional(string)
    working_directory = optional(string)
    mounts            = optional(list(string), [])
    secrets           = optional(list(string), [])
    on_fargate        = optional(bool, true)
  }))
  default  = {}
  nullable = false
}

variable "network" {
  description = <<-EOT
    The network of the tasks.
    - `subnet_ids`: (Required) subnets, at least one.
    - `security_group_ids`: (Required) security groups, at least one.
    - `assign_public_ip`: whether a task on Fargate gets a public address. Default: false.
  EOT
  type = object({
    subnet_ids         = list(string)
    security_group_ids = list(string)
    assign_public_ip   = optional(bool, false)
  })

  validation {
    condition     = length(var.network.subnet_ids) > 0 && length(var.network.security_group_ids) > 0
    error_message = "network is ${jsonencode(var.network)}. Set at least one subnet and one security group."
  }
}

variable "default_task" {
  description = "Task that the six shared parameters describe. Default: the only task."
  type        = string
  default     = null

  validation {
    condition = var.default_task != null || length(var.tasks) == 1
    error_message = join("", [
      "default_task is not set, and there are ${length(var.tasks)} tasks. Set the one that ",
      "${var.prefix}/ecs/task_definition and the other shared parameters describe, one of ",
      "${join(", ", keys(var.tasks))}.",
    ])
  }

  validation {
    condition = var.default_task == null || contains(keys(var.tasks), coalesce(var.default_task, "-"))
    error_message = join("", [
      "default_task is ${jsonencode(var.default_task)}. It must be one of ${join(", ", keys(var.tasks))}.",
    ])
  }
}

variable "region" {
  description = "Region of the log groups. Default: the provider's."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of the parameters. Default: none."
  type        = map(string)
  default     = {}
  nullable    = false
}

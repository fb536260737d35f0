variable "prefix" {
  description = <<-EOT
    What all parameters' names begin with. Each module instance needs one of its own in an account and
    region. `tasks` and `images` cannot be part of it, except as the first level.
  EOT
  type        = string
  default     = "/mwaa"
  nullable    = false

  validation {
    condition = can(regex("^(/[a-zA-Z0-9_.-]+){1,13}$", var.prefix)) && !can(regex("^/(?i)(aws|ssm)", var.prefix))
    error_message = join("", [
      "prefix = ${jsonencode(var.prefix)}: give 1 to 13 levels of letters, digits and _.-, with a slash before each ",
      "and none at the end, e.g. \"/mwaa\"; AWS keeps names that begin with /aws or /ssm.",
    ])
  }

  # Another module instance's role may read all of `<its prefix>/tasks`, so nothing
  # else may lie there. No other path is granted as a whole.
  validation {
    condition = !can(regex("^/[^/]+(/[^/]+)*/(tasks|images)(/|$)", var.prefix))
    error_message = join("", [
      "prefix = ${jsonencode(var.prefix)}: it lies below a path named \"tasks\" or \"images\", which a module ",
      "instance with a shorter prefix keeps its tasks in: DAGs of that instance could read these parameters. Set a ",
      "prefix without these two names, e.g. \"/mwaa-dev\".",
    ])
  }
}

variable "cluster" {
  description = "Name of the cluster that the tasks run on."
  type        = string
}

variable "tasks" {
  description = <<-EOT
    What a DAG must know of each task, by the task's name, as the output `contract` of
    `modules/task-definition` gives it. `log_stream_prefix` is the task definition's own
    `awslogs-stream-prefix`, without the container. Give `launch_type` or `capacity_provider_strategy`, not
    both. `revision`: DAGs run this one in place of the newest. `log_group` null: Airflow has no lines to
    show.
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
    error_message = "tasks is empty: give at least one task."
  }

  validation {
    condition     = alltrue([for name in keys(var.tasks) : (can(regex("^[a-zA-Z0-9_-]+$", name)) && length(name) <= 255)])
    error_message = "tasks = ${jsonencode(keys(var.tasks))}: a task's name has 1 to 255 letters, digits, hyphens and underscores, nothing else."
  }

  validation {
    condition = alltrue([
      for task in var.tasks :
      (task.launch_type == null) != (task.capacity_provider_strategy == null)
    ])
    error_message = join("", [
      "tasks: ",
      "${join(", ", [for name, task in var.tasks : jsonencode(name) if(task.launch_type == null) == (task.capacity_provider_strategy == null)])} ",
      "must have one of launch_type and capacity_provider_strategy: ECS takes no more, and without either it looks ",
      "for EC2 instances.",
    ])
  }
}

variable "images" {
  description = <<-EOT
    What the index of images holds of each task, by the task's name. Default: none, and no index.
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
  description = "Where the tasks run: subnets, security groups, and whether a task gets a public address."
  type = object({
    subnet_ids         = list(string)
    security_group_ids = list(string)
    assign_public_ip   = optional(bool, false)
  })

  validation {
    condition     = length(var.network.subnet_ids) > 0 && length(var.network.security_group_ids) > 0
    error_message = "network: give at least one subnet and one security group."
  }
}

variable "default_task" {
  description = "Task that the six shared parameters describe. Null: the only one."
  type        = string
  default     = null

  validation {
    condition = var.default_task != null || length(var.tasks) == 1
    error_message = join("", [
      "default_task is not given and there are ${length(var.tasks)} tasks: name the one that the parameters ",
      "${var.prefix}/ecs/task_definition and so on describe, one of ${join(", ", keys(var.tasks))}.",
    ])
  }

  validation {
    condition = var.default_task == null || contains(keys(var.tasks), coalesce(var.default_task, "-"))
    error_message = join("", [
      "default_task = ${jsonencode(var.default_task)}: there is no such task. It must be one of ",
      "${join(", ", keys(var.tasks))}.",
    ])
  }
}

variable "region" {
  description = "Region of the log groups. Null: the provider's own."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of the parameters."
  type        = map(string)
  default     = {}
  nullable    = false
}

################################################################################
# What AWS takes: the variables' validations look it up here
################################################################################

locals {
  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
  _fargate_memory = {
    "256"   = [512, 1024, 2048]
    "512"   = range(1024, 4097, 1024)
    "1024"  = range(2048, 8193, 1024)
    "2048"  = range(4096, 16385, 1024)
    "4096"  = range(8192, 30721, 1024)
    "8192"  = range(16384, 61441, 4096)
    "16384" = range(32768, 122881, 8192)
  }
  _legal_memory = lookup(local._fargate_memory, tostring(var.task.cpu), [])
  _legal_sizes = (
    length(local._legal_memory) == 0
    ? "on Fargate cpu is 256, 512, 1024, 2048, 4096, 8192 or 16384"
    : "on Fargate with cpu = ${var.task.cpu} memory is one of ${join(", ", local._legal_memory)}"
  )

  # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
  _retentions = [
    0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653
  ]

  _container_word = "^[a-zA-Z0-9_-]{1,255}$"
  _stream_prefix  = "^[a-zA-Z0-9_.-]+(/[a-zA-Z0-9_.-]+)*$"

  # An ARN of Secrets Manager with or without key, stage and version; an ARN or a
  # name of Parameter Store.
  _secret = join("|", [
    "^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[a-zA-Z0-9/_+=.@-]+(:[^:]*:[^:]*:[^:]*)?$",
    "^arn:[a-z-]+:ssm:[a-z0-9-]+:[0-9]{12}:parameter/[a-zA-Z0-9/_.-]+$",
    "^/?[a-zA-Z0-9_.-]+(/[a-zA-Z0-9_.-]+)*$",
  ])

  # Said before each message, so that it is clear which of many tasks is meant.
  _task = "Task ${jsonencode(var.name)}:"

  _environment_and_secret = flatten([
    for container in local._containers : [
      for name in setintersection(keys(container.environment), keys(container.secrets)) :
      "${name} of container ${jsonencode(container.name)}"
    ]
  ])
  _bad_secrets = flatten([
    for container in local._containers : [
      for name, from in container.secrets :
      # Whoever writes the secret itself here must not find it in a log.
      "${name} of container ${jsonencode(container.name)} is ${startswith(from, "arn:") ? from : "neither ARN nor name"}"
      if !can(regex(local._secret, from))
    ]
  ])
}

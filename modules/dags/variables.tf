variable "bucket" {
  description = "Name of the bucket that the MWAA environment reads its DAGs from."
  type        = string
}

variable "source_dir" {
  description = <<-EOT
    Folder to upload, with all its subfolders, for example `"$${path.module}/dags"`. An object that has the key of one
    of these files already is replaced, and destroyed with it.
  EOT
  type        = string
}

variable "prefix" {
  description = <<-EOT
    Key prefix of the uploaded files: the environment's DAGs folder, with a slash at its end. Other objects there stay,
    unless they have the same key.
  EOT
  type        = string
  default     = "dags/"
  nullable    = false

  validation {
    condition = can(regex("^([^/]+/)*$", var.prefix))
    error_message = join(" ", [
      "prefix is ${jsonencode(var.prefix)}. It must be a folder with a slash after it and none before it, e.g.",
      "\"dags/\".",
    ])
  }
}

variable "exclude" {
  description = <<-EOT
    Patterns of files that are not uploaded, for example `["tests/**", "**/*.md"]`. Python's leftovers never are.
  EOT
  type        = list(string)
  default     = []
  nullable    = false
}

variable "operator" {
  description = <<-EOT
    Upload the package `mwaa_ecs_operator` beside the files, so that DAGs can import it. Default: false.
    `prefix` must then be the environment's DAGs folder, because Airflow imports from there. The package is
    added to `.airflowignore`. Deferrable tasks on Airflow 3 need it in `plugins.zip` as well: run
    `mwaa-ecs plugins pack --operator`.
  EOT
  type        = bool
  default     = false
  nullable    = false
}

variable "requirements" {
  description = <<-EOT
    File with the Python packages of your DAGs, for example `"$${path.module}/requirements.txt"`. It is uploaded as
    `requirements.txt`. Default: none.
  EOT
  type        = string
  default     = null

  validation {
    condition     = var.requirements == null || fileexists(coalesce(var.requirements, "-"))
    error_message = "requirements is ${jsonencode(var.requirements)}: there is no such file."
  }
}

variable "plugins" {
  description = <<-EOT
    Zip file with Airflow's plugins. It is uploaded as `plugins.zip`. Default: none.

    A zip file that is packed again without changes has other bytes, and so updates the environment. Pack it with
    `mwaa-ecs plugins pack`: its bytes change only when the files do.
  EOT
  type        = string
  default     = null

  validation {
    condition = var.plugins == null || (
      fileexists(coalesce(var.plugins, "-")) && endswith(coalesce(var.plugins, "-"), ".zip")
    )
    error_message = "plugins is ${jsonencode(var.plugins)}. It must be a zip file that exists."
  }
}

variable "plugins_dir" {
  description = <<-EOT
    Folder that `mwaa-ecs plugins pack <folder> --out <zip>` packs `plugins` from. With it, the plan refuses a zip file
    that is older than the folder. It compares the folder with the list that the command writes beside the zip file.
    Default: null, no comparison.
  EOT
  type        = string
  default     = null

  validation {
    condition = var.plugins_dir == null || var.plugins != null
    error_message = join(" ", [
      "plugins_dir is ${jsonencode(var.plugins_dir)}, but plugins is not set. Set it to the zip file that is packed",
      "from the folder.",
    ])
  }
}

variable "startup_script" {
  description = "Shell script that MWAA runs before Airflow starts. It is uploaded as `startup.sh`. Default: none."
  type        = string
  default     = null

  validation {
    condition     = var.startup_script == null || fileexists(coalesce(var.startup_script, "-"))
    error_message = "startup_script is ${jsonencode(var.startup_script)}: there is no such file."
  }
}

variable "named_prefix" {
  description = <<-EOT
    Key prefix of requirements, plugins and startup script: a folder with a slash at its end. Default: the bucket's top.

    Set a folder of your own if others use the bucket: an object of theirs with the same key, such as
    `requirements.txt`, is replaced, and destroyed with all its versions.
  EOT
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition = can(regex("^([^/]+/)*$", var.named_prefix))
    error_message = join(" ", [
      "named_prefix is ${jsonencode(var.named_prefix)}. It must be \"\" or a folder with a slash after it and none",
      "before it, e.g. \"airflow/\".",
    ])
  }
}

variable "named_keys" {
  description = <<-EOT
    Names of requirements, plugins and startup script after `named_prefix`, e.g. those that the environment has already.
    - `requirements`: default `requirements.txt`.
    - `plugins`: default `plugins.zip`.
    - `startup_script`: default `startup.sh`.
  EOT
  type = object({
    requirements   = optional(string, "requirements.txt")
    plugins        = optional(string, "plugins.zip")
    startup_script = optional(string, "startup.sh")
  })
  default  = {}
  nullable = false

  validation {
    condition = alltrue([for key in values(var.named_keys) : can(regex("^[^/]+(/[^/]+)*$", key))])
    error_message = join(" ", [
      "named_keys is ${jsonencode(var.named_keys)}. A name must be a key in the bucket that neither begins nor ends",
      "with a slash, e.g. \"requirements-2.txt\".",
    ])
  }
}

variable "existing" {
  description = <<-EOT
    Objects that an environment uses already. A file with the content of its object is not uploaded, and the output
    names the version that exists, so that the environment is not updated. A file that changes is uploaded.
    - `requirements`: default none.
    - `plugins`: default none.
    - `startup_script`: default none.

    Each has:
    - `object_version`: version of the object, as `aws mwaa get-environment` shows it.
    - `sha256`: hash of that version's content, as `sha256sum` prints it.
  EOT
  type = object({
    requirements   = optional(object({ object_version = string, sha256 = string }))
    plugins        = optional(object({ object_version = string, sha256 = string }))
    startup_script = optional(object({ object_version = string, sha256 = string }))
  })
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for found in values(var.existing) : found == null || can(regex("^[0-9a-f]{64}$", found.sha256))
    ])
    error_message = join("", [
      "existing: ",
      join(", ", [
        for kind, found in var.existing : "${kind}.sha256 is ${jsonencode(try(found.sha256, null))}"
        if !(found == null || can(regex("^[0-9a-f]{64}$", found.sha256)))
      ]),
      ". It must be the 64 hexadecimal digits that sha256sum prints.",
    ])
  }
}

variable "tags" {
  description = "Tags of the uploaded objects."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(var.tags) <= 10
    error_message = "tags has ${length(var.tags)} entries. An S3 object has at most 10 tags."
  }
}

variable "bucket" {
  description = "Name of the bucket that the MWAA environment reads its DAGs from."
  type        = string
}

variable "source_dir" {
  description = "Folder whose files are uploaded, with all its subfolders, e.g. `\"$${path.module}/dags\"`. An object that is there already under the key of one of these files is replaced, and destroyed with it."
  type        = string
}

variable "prefix" {
  description = "Where in the bucket the files go: the environment's DAGs folder, with a slash at its end. What others have put there stays, unless it has the same key."
  type        = string
  default     = "dags/"
  nullable    = false

  validation {
    condition     = can(regex("^([^/]+/)*$", var.prefix))
    error_message = "prefix = ${jsonencode(var.prefix)}: give a folder without a slash before it and with one after it, e.g. \"dags/\"."
  }
}

variable "exclude" {
  description = "Files of the folder that stay behind, as patterns, e.g. `[\"tests/**\", \"**/*.md\"]`. Python's leftovers always do."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "requirements" {
  description = "File with the packages that Airflow needs beside its own, e.g. `\"$${path.module}/requirements.txt\"`. It becomes `requirements.txt`."
  type        = string
  default     = null

  validation {
    condition     = var.requirements == null || fileexists(coalesce(var.requirements, "-"))
    error_message = "requirements = ${jsonencode(var.requirements)}: there is no such file."
  }
}

variable "plugins" {
  description = "Zip file with Airflow's plugins. It becomes `plugins.zip`. A zip made anew without changes has other bytes and updates the environment: make it by `mwaa-ecs plugins pack`, whose bytes change only when the files do."
  type        = string
  default     = null

  validation {
    condition     = var.plugins == null || (fileexists(coalesce(var.plugins, "-")) && endswith(coalesce(var.plugins, "-"), ".zip"))
    error_message = "plugins = ${jsonencode(var.plugins)}: give a zip file that exists."
  }
}

variable "plugins_dir" {
  description = "Folder that `plugins` is packed from, by `mwaa-ecs plugins pack <folder> --out <zip>`. Given, a zip that is older than the folder is refused in the plan, by the list that the command writes beside it. Null: nobody looks."
  type        = string
  default     = null

  validation {
    condition     = var.plugins_dir == null || var.plugins != null
    error_message = "plugins_dir = ${jsonencode(var.plugins_dir)}, but plugins is not given: give the zip file that is packed from it."
  }
}

variable "startup_script" {
  description = "Shell script that MWAA runs before Airflow starts. It becomes `startup.sh`."
  type        = string
  default     = null

  validation {
    condition     = var.startup_script == null || fileexists(coalesce(var.startup_script, "-"))
    error_message = "startup_script = ${jsonencode(var.startup_script)}: there is no such file."
  }
}

variable "named_prefix" {
  description = "Where in the bucket requirements, plugins and startup script go: a folder with a slash at its end, or the bucket's top. Give a folder of your own where the bucket is in use: under an equal key (`requirements.txt`, for one) another's object is replaced, and destroyed with all its versions."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([^/]+/)*$", var.named_prefix))
    error_message = "named_prefix = ${jsonencode(var.named_prefix)}: give a folder without a slash before it and with one after it, e.g. \"airflow/\", or \"\"."
  }
}

variable "tags" {
  description = "Tags of the uploaded objects."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(var.tags) <= 10
    error_message = "tags: an S3 object takes at most 10 tags, ${length(var.tags)} are given."
  }
}

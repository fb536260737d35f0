variable "bucket" {
  description = "Name of the bucket that the MWAA environment reads its DAGs from."
  type        = string
}

variable "source_dir" {
  description = "Folder whose files are uploaded, with all its subfolders, e.g. `\"$${path.module}/dags\"`."
  type        = string
}

variable "prefix" {
  description = "Where in the bucket the files go: the environment's DAGs folder, with a slash at its end."
  type        = string
  default     = "dags/"
  nullable    = false

  validation {
    condition     = can(regex("^([^/]+/)*$", var.prefix))
    error_message = "prefix = ${jsonencode(var.prefix)}: give a folder without a slash before it and with one after it, e.g. \"dags/\"."
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

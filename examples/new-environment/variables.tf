variable "region" {
  description = "Region in which everything is made."
  type        = string
  default     = "eu-west-1"
}

variable "name" {
  description = "What everything is named after."
  type        = string
  default     = "airflow"
}

variable "airflow_version" {
  description = "Version of Airflow."
  type        = string
  default     = "3.0.6"
}

variable "environment_class" {
  description = "Size of the environment."
  type        = string
  default     = "mw1.small"
}

variable "nat_gateways" {
  description = "`one`, or `per_zone` so that a zone's failure does not cut the other off."
  type        = string
  default     = "one"
}

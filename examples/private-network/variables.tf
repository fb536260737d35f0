variable "region" {
  description = "Region in which everything is made."
  type        = string
  default     = "eu-west-1"
}

variable "name" {
  description = "What everything is named after."
  type        = string
  default     = "private"
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

variable "webserver_source_cidrs" {
  description = "Addresses that may reach the Airflow UI, for example those of your VPN."
  type        = list(string)
  default     = []
}

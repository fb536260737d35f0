variable "region" {
  description = "Region of both MWAA environments."
  type        = string
  default     = "eu-west-1"
}

variable "ingest_role_name" {
  description = "Name of the execution role of team ingest's MWAA environment, without ARN and path."
  type        = string
}

variable "reports_role_name" {
  description = "Name of the execution role of team reports' MWAA environment, without ARN and path."
  type        = string
}

variable "subnet_ids" {
  description = "Two private subnets of one VPC."
  type        = list(string)
}

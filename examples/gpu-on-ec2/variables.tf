variable "region" {
  description = "Region of the MWAA environment."
  type        = string
  default     = "eu-west-1"
}

variable "mwaa_execution_role_name" {
  description = "Name of the MWAA environment's execution role, without ARN and path."
  type        = string
}

variable "subnet_ids" {
  description = "Two private subnets of one VPC."
  type        = list(string)
}

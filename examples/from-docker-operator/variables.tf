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
  description = "Two private subnets of one VPC with a way to the images."
  type        = list(string)
}

variable "dags_bucket_name" {
  description = "Name of the bucket that the MWAA environment reads its DAGs from."
  type        = string
}

variable "shop_password" {
  description = "Password of the shop's database, which was in an Airflow connection."
  type        = string
  default     = "only-for-the-sandbox"
  sensitive   = true
}

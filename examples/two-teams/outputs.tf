output "operator_kwargs" {
  description = "By team and task: keyword arguments of EcsRunTaskOperator."
  value = {
    ingest  = module.ingest.operator_kwargs
    reports = module.reports.operator_kwargs
  }
}

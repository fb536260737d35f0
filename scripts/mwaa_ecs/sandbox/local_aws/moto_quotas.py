"""Adds the quotas of Fargate and of network interfaces to moto's Service Quotas.

The values are AWS's defaults for a new account.
https://docs.aws.amazon.com/general/latest/gr/ecs-service.html
"""

from __future__ import annotations

from typing import Any

from moto.servicequotas.models import ServiceQuotasBackend

from mwaa_ecs.sandbox.patches import Patches


def _vcpus(code: str, name: str, resource_class: str) -> dict[str, Any]:
    return {
        "ServiceCode": "fargate",
        "ServiceName": "AWS Fargate",
        "QuotaCode": code,
        "QuotaName": name,
        "Value": 6.0,
        "Unit": "None",
        "Adjustable": True,
        "GlobalQuota": False,
        "UsageMetric": {
            "MetricNamespace": "AWS/Usage",
            "MetricName": "ResourceCount",
            "MetricDimensions": {
                "Class": resource_class,
                "Resource": "vCPU",
                "Service": "Fargate",
                "Type": "Resource",
            },
            "MetricStatisticRecommendation": "Maximum",
        },
    }


_QUOTAS = {
    quota["QuotaCode"]: quota
    for quota in (
        _vcpus("L-3032A538", "Fargate On-Demand vCPU resource count", "Standard/OnDemand"),
        _vcpus("L-36FBB829", "Fargate Spot vCPU resource count", "Standard/Spot"),
    )
}


def add_quotas(patches: Patches) -> None:
    """Answer GetServiceQuota for Fargate."""
    original = ServiceQuotasBackend.get_service_quota

    def get_service_quota(self: Any, service_code: str, quota_code: str) -> Any:
        quota = _QUOTAS.get(quota_code)
        if quota is not None and quota["ServiceCode"] == service_code:
            return quota
        return original(self, service_code, quota_code)

    patches.replace(ServiceQuotasBackend, "get_service_quota", get_service_quota)

"""An account in a region, and the ARNs of what is in it."""

from __future__ import annotations

from dataclasses import dataclass

from moto.utilities.utils import get_partition

# ARNs of these services have no region.
_WITHOUT_REGION = frozenset({"iam", "sts", "s3"})
# ARNs of these services have no account either.
_WITHOUT_ACCOUNT = frozenset({"s3"})


@dataclass(frozen=True)
class Place:
    """An account in a region.

    Attributes:
        account_id: twelve digits.
        region: for example `eu-west-1`.
    """

    account_id: str
    region: str

    @property
    def partition(self) -> str:
        """The region's partition: `aws`, `aws-cn` or `aws-us-gov`."""
        return str(get_partition(self.region))

    @property
    def dns_suffix(self) -> str:
        """The domain of the partition's endpoints."""
        return "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a resource in this place.

        Args:
            service: the service as ARNs name it, for example `logs`.
            resource: what follows the account, for example `log-group:/ecs/etl`.
        """
        region = "" if service in _WITHOUT_REGION else self.region
        account = "" if service in _WITHOUT_ACCOUNT else self.account_id
        return f"arn:{self.partition}:{service}:{region}:{account}:{resource}"

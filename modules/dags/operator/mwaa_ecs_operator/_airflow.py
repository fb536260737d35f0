"""Names that moved between Airflow 2 and 3."""

from __future__ import annotations

try:  # Airflow 3
    from airflow.sdk import BaseOperator, BaseOperatorLink, XCom
except ImportError:  # Airflow 2
    from airflow.models import BaseOperator, BaseOperatorLink, XCom

try:  # Airflow 3.1 and newer
    from airflow.sdk.exceptions import (
        AirflowException,
        AirflowFailException,
        AirflowSkipException,
    )
except ImportError:
    from airflow.exceptions import AirflowException, AirflowFailException, AirflowSkipException

try:  # Airflow 3.1 and newer
    from airflow.sdk.log import mask_secret
except ImportError:
    try:  # Airflow 3.0
        from airflow.sdk.execution_time.secrets_masker import mask_secret
    except ImportError:  # Airflow 2
        from airflow.utils.log.secrets_masker import mask_secret

__all__ = [
    "AirflowException",
    "AirflowFailException",
    "AirflowSkipException",
    "BaseOperator",
    "BaseOperatorLink",
    "XCom",
    "mask_secret",
]

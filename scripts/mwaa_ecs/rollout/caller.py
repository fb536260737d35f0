"""Checks the caller of AWS against an environment, before a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConfigNotFound,
    ConfigParseError,
    CredentialRetrievalError,
    InfiniteLoopConfigError,
    InvalidConfigError,
    InvalidRegionError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)

from mwaa_ecs.environments.settings import Settings
from mwaa_ecs.errors import OperationError, UserError

SessionFactory = Callable[..., Any]
"""`boto3.Session`, or a replacement in tests."""

_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
_REGIONS = ("AWS_REGION", "AWS_DEFAULT_REGION")
# Errors of botocore that only wrong AWS settings of the user cause.
_MISTAKES = (
    ConfigNotFound,
    ConfigParseError,
    CredentialRetrievalError,
    InfiniteLoopConfigError,
    InvalidConfigError,
    InvalidRegionError,
    PartialCredentialsError,
)


@dataclass(frozen=True)
class Caller:
    """The caller of AWS for an environment.

    Attributes:
        account_id: the account of the credentials.
        arn: the ARN of the caller.
        environ: variables for Terraform's environment; None unsets a variable.
        client: returns a boto3 client of a service, with the same credentials.
    """

    account_id: str
    arn: str
    environ: Mapping[str, str | None]
    client: Callable[[str], Any]


def find_caller(
    name: str, settings: Settings, make_session: SessionFactory, environ: Mapping[str, str]
) -> Caller:
    """Return the caller of AWS for the environment `name`.

    Raises:
        UserError: credentials are missing, or are for another account, partition or region
            than the environment's.
        OperationError: AWS does not answer.
    """
    for variable in _REGIONS:
        given = environ.get(variable)
        if given and given != settings.region:
            raise UserError(
                f"{variable} is {given}, but {name} is in {settings.region}: unset it, or "
                "set it to that if this is the environment you mean"
            )
    variables: dict[str, str | None] = dict.fromkeys(_REGIONS, settings.region)
    session = _session(name, settings, make_session)
    if settings.profile is not None:
        variables |= {"AWS_PROFILE": settings.profile, **dict.fromkeys(_KEYS)}
    account_id, arn = _identity(name, session)
    if account_id != settings.account_id and settings.role_arn is not None:
        keys = _assume(name, session, settings.role_arn)
        variables |= {**keys, "AWS_PROFILE": None}
        session = make_session(
            aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=keys["AWS_SESSION_TOKEN"],
            region_name=settings.region,
        )
        account_id, arn = _identity(name, session)
    if account_id != settings.account_id:
        raise UserError(
            f"{name} is account {settings.account_id}, but these are credentials of "
            f"{account_id} ({arn}): take others, or name a profile or a role_arn in {name}.yaml"
        )
    partition = arn.split(":")[1] if arn.count(":") > 1 else ""
    if partition != settings.partition:
        raise UserError(
            f"{name} is in {settings.region}, which is partition {settings.partition}, but "
            f"these are credentials of partition {partition} ({arn})"
        )
    return Caller(account_id, arn, variables, session.client)


def _session(name: str, settings: Settings, make_session: SessionFactory) -> Any:
    with _answers(name, "AWS does not take these credentials"):
        return make_session(profile_name=settings.profile, region_name=settings.region)


def _identity(name: str, session: Any) -> tuple[str, str]:
    with _answers(name, "AWS does not take these credentials"):
        found = session.client("sts").get_caller_identity()
        return str(found["Account"]), str(found["Arn"])


def _assume(name: str, session: Any, role_arn: str) -> dict[str, str]:
    with _answers(name, f"role_arn {role_arn} cannot be assumed"):
        keys = session.client("sts").assume_role(
            RoleArn=role_arn, RoleSessionName=f"mwaa-ecs-{name}"
        )["Credentials"]
    values = (keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
    return dict(zip(_KEYS, values, strict=True))


@contextmanager
def _answers(name: str, refused: str) -> Iterator[None]:
    """Turn errors of botocore into messages with a remedy.

    Args:
        name: the environment.
        refused: the message where AWS refuses the call.

    Raises:
        UserError: the credentials or the AWS settings are wrong.
        OperationError: AWS does not answer.
    """
    try:
        yield
    except ProfileNotFound as error:
        profile = error.kwargs.get("profile")
        raise UserError(
            f"{name}: the AWS configuration has no profile {profile!r}; the name is from "
            f"{name}.yaml, or else from AWS_PROFILE"
        ) from None
    except NoCredentialsError:
        raise UserError(
            f"{name}: there are no AWS credentials; log in (aws sso login), export a key, or "
            f"name a profile in {name}.yaml"
        ) from None
    except ClientError as error:
        what = error.response["Error"]
        said = f"{what.get('Code')}: {what.get('Message')}"
        if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500:
            raise OperationError(f"{name}: AWS does not answer: {said}") from None
        raise UserError(f"{name}: {refused}: {said}") from None
    except (SSOError, TokenRetrievalError) as error:
        raise UserError(f"{name}: the login has expired; run aws sso login: {error}") from None
    except _MISTAKES as error:
        raise UserError(f"{name}: the AWS settings or credentials are wrong: {error}") from None
    except BotoCoreError as error:
        raise OperationError(f"{name}: AWS does not answer: {error}") from None
    except ValueError as error:
        # botocore raises ValueError for an endpoint that is not a URL, and names it.
        raise UserError(f"{name}: the AWS settings are wrong: {error}") from None
    except OSError as error:
        # The settings may name a file that cannot be read, such as AWS_WEB_IDENTITY_TOKEN_FILE.
        raise UserError(
            f"{name}: the AWS settings name a file that cannot be read: {error.filename}: "
            f"{error.strerror}"
        ) from None

"""Why a task does not start: rows of the table of reasons, in the order in which it starts."""

from __future__ import annotations

from mwaa_ecs_operator.reason_row import DENIED, LOST, Reason, way_to

SECRETS = (
    Reason(
        "key-denied",
        r"Access to KMS is not allowed|not authorized to perform: kms:Decrypt"
        r"|ciphertext refers to a customer master key",
        "The execution role may not use the key of a secret.",
        "Give the key's ARN in execution_role.kms_key_arns, and allow the role in the key's"
        " policy.",
    ),
    Reason(
        "parameters-invalid",
        r"invalid ssm parameters",
        "A parameter of secrets does not exist.",
        "Create it, or correct its name.",
    ),
    Reason(
        "parameters-denied",
        rf"secrets.*(not authorized to perform: ssm:GetParameters|from ssm.*{DENIED})",
        "The execution role may not read a parameter.",
        "Name the parameter in secrets. For an existing execution role, allow it there.",
    ),
    Reason(
        "parameters-unreachable",
        rf"(from ssm|Parameter Store).*{LOST}",
        "ECS could not reach Parameter Store from the subnet.",
        way_to("ssm"),
        "once",
    ),
    Reason(
        "secret-json-key",
        r"did not contain json key",
        "A secret lacks the JSON key that the task definition names.",
        "Add the key to the secret.",
    ),
    Reason(
        "secret-not-found",
        r"can't (find the specified|retrieve the) secret"
        r"|(from asm|secrets manager|fetch secret).*ResourceNotFound"
        r"|secret .*marked for deletion",
        "A secret of the task does not exist, is scheduled for deletion, or is in another"
        " region.",
        "Create or restore the secret, or correct its ARN in secrets.",
    ),
    Reason(
        "secret-denied",
        rf"secretsmanager:GetSecretValue|(from asm|secrets manager).*{DENIED}",
        "The execution role may not read a secret.",
        "Name the secret by its ARN in secrets. For an existing execution role, allow it there,"
        " and in the secret's own policy.",
    ),
    Reason(
        "secrets-unreachable",
        rf"(from asm|secrets manager).*{LOST}",
        "ECS could not reach Secrets Manager from the subnet.",
        way_to("secretsmanager, with private DNS"),
        "once",
    ),
    Reason(
        "contract-denied",
        r"not authorized to perform: ssm:GetParameter",
        "MWAA's role may not read this parameter. AWS answers the same for a name that does not"
        " exist.",
        "Correct the task's name or ssm_prefix, or set mwaa_execution_role_name of the module,"
        " and apply.",
    ),
    Reason(
        "registry-login-denied",
        rf"ecr:GetAuthorizationToken|(ecr registry auth|registry auth from).*{DENIED}",
        "The execution role may not log in to ECR.",
        "Use the module's execution role, or allow ecr:GetAuthorizationToken.",
    ),
    Reason(
        "registry-login-unreachable",
        rf"(ecr registry auth|registry auth from).*{LOST}",
        "ECS could not reach ECR from the subnet.",
        way_to("ecr.api, ecr.dkr, s3"),
        "once",
    ),
    Reason(
        "environment-files",
        r"failed to download env files",
        "An environment file could not be read from S3.",
        "Correct its ARN in environment_files. For an existing execution role, allow"
        " s3:GetObject on it.",
    ),
    Reason(
        "secrets-or-login",
        r"unable to pull secrets or registry auth",
        "ECS could not read a secret, or could not log in to ECR.",
        "Check that the execution role may, and: " + way_to("ecr.api, secretsmanager, ssm"),
        "once",
    ),
)
"""Failures before the image is pulled."""

LOGS = (
    Reason(
        "log-group-missing",
        r"log group does not exist",
        "The task's log group does not exist.",
        "Apply the module, or set create_log_group.",
    ),
    Reason(
        "log-stream-missing",
        r"log stream does not exist",
        "The container has written no line, or its stream prefix is another.",
        "Read group and prefix from the task's parameter: awslogs_stream_prefix ends with the"
        " container's name.",
    ),
    Reason(
        "logs-name",
        r"lookup logs\.|MissingEndpoint",
        "The name of CloudWatch Logs does not resolve: awslogs-region is wrong, or the VPC has"
        " no DNS.",
        "Correct the region, or enable DNS support and DNS host names in the VPC.",
    ),
    Reason(
        "logs-denied",
        rf"logs:CreateLog(Stream|Group)|(logger args|logging driver|log stream).*{DENIED}",
        "The execution role may not write to the log group.",
        "Use the module's execution role, or allow logs:CreateLogStream and logs:PutLogEvents.",
    ),
    Reason(
        "logs-unreachable",
        rf"(log group|logger args|logging driver|logs\.).*{LOST}",
        "ECS could not reach CloudWatch Logs from the subnet, even where the text says that the"
        " log group is missing.",
        way_to("logs"),
        "once",
    ),
)
"""Failures while the container's log is opened."""

FILES = (
    Reason(
        "efs-name",
        r'Failed to resolve "?fs-',
        "The file system has no mount target in the task's availability zone.",
        "Create a mount target in each zone.",
    ),
    Reason(
        "efs-path",
        r"mount\.nfs4.*No such file",
        "The root directory does not exist on the file system.",
        "Create it, or use an access point.",
    ),
    Reason(
        "efs-denied",
        r"access denied by server while mounting",
        "The file system's policy refuses the mount.",
        "Set authorization_config.iam = ENABLED, and allow the task role to mount.",
    ),
    Reason(
        "efs-port",
        r"mount\.nfs4.*(reset|timed out)",
        "The mount target's security group does not let the task in.",
        "Allow port 2049 from the tasks' security group.",
    ),
)

IMAGES = (
    Reason(
        "image-platform",
        r"descriptor matching platform|exec format error",
        "The image was built for another CPU architecture.",
        "Build it for linux/amd64, or set runtime_platform.cpu_architecture = ARM64.",
    ),
    Reason(
        "image-denied",
        rf"ecr:(BatchGetImage|GetDownloadUrlForLayer|BatchCheckLayer)|CannotPullECR.*{DENIED}",
        "The execution role may not pull the image.",
        "Use the module's execution role. For a repository of another account, allow it in the"
        " repository's policy.",
    ),
    Reason(
        "rate-limit",
        r"toomanyrequests|pull rate limit",
        "The registry limits how often images are pulled.",
        "Copy the image to ECR, use a pull-through cache, or give repository_credentials.",
        "once",
    ),
    Reason(
        "image-private",
        r"pull access denied|(CannotPull|failed to resolve ref).*(unauthorized"
        r"|authentication required|authorization failed|403 Forbidden)",
        "The registry refuses access: the image is private, or its name is misspelt.",
        "Correct the name, or give repository_credentials.",
    ),
    Reason(
        "disk-full",
        r"no space left on device",
        "The image and its files do not fit the task's disk.",
        "Set ephemeral_storage to more GiB.",
    ),
    Reason(
        "docker-hub-unreachable",
        rf"docker\.(io|com).*{LOST}",
        "Docker Hub cannot be reached from the subnet.",
        "Give the subnets a NAT gateway, or copy the image to ECR: no VPC endpoint leads to"
        " Docker Hub.",
        "once",
    ),
    Reason(
        "image-layers-unreachable",
        r"httpReadSeeker|layer-bucket",
        "The image's layers cannot be read: those of ECR come from S3.",
        "Give the subnets a NAT gateway or a gateway endpoint of S3, whose policy lets the"
        " layers through, and let the security group out on 443.",
        "once",
    ),
    Reason(
        "image-unreachable",
        rf"(CannotPull|failed to resolve ref).*{LOST}",
        "The registry cannot be reached from the subnet.",
        way_to("for ECR: ecr.api, ecr.dkr, s3"),
        "once",
    ),
    Reason(
        "image-not-found",
        r"(failed to resolve ref|pull image manifest|CannotPull).*(not found|does not exist"
        r"|check whether the image exists)|manifest unknown",
        "The image or its tag does not exist.",
        "Push it, or correct the reference. A digest cannot vanish under a tag.",
    ),
    Reason(
        "image-pull",
        r"CannotPull\w*Error",
        "The image could not be pulled.",
        "Read the reason: it names what the registry answered.",
        "once",
    ),
)
"""Failures while the image is pulled."""

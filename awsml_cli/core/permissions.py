"""What IAM calls the operations: the action that an identity needs to be allowed.

Mostly it is the operation's own name; where not, AWS's service authorization reference says so:
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from typing import Final

# boto3's name of a service, where IAM has another prefix
_PREFIXES: Final = {
    "service-quotas": "servicequotas", "lexv2-models": "lex", "lexv2-runtime": "lex", "forecastquery": "forecast",
    "personalize-runtime": "personalize", "personalize-events": "personalize", "sagemaker-runtime": "sagemaker",
    "sagemaker-a2i-runtime": "sagemaker", "codeguruprofiler": "codeguru-profiler", "transcribestreaming": "transcribe",
}  # fmt: skip

# operations whose permission has another name
_ACTIONS: Final[dict[tuple[str, str], str]] = {
    ("s3", "HeadObject"): "s3:GetObject",
    ("s3", "HeadBucket"): "s3:ListBucket",
    ("s3", "ListObjectsV2"): "s3:ListBucket",
    ("s3", "CreateMultipartUpload"): "s3:PutObject",
    ("s3", "UploadPart"): "s3:PutObject",
    ("s3", "CompleteMultipartUpload"): "s3:PutObject",
    ("s3", "PutPublicAccessBlock"): "s3:PutBucketPublicAccessBlock",
    ("s3", "GetPublicAccessBlock"): "s3:GetBucketPublicAccessBlock",
    ("s3", "PutBucketEncryption"): "s3:PutEncryptionConfiguration",
    ("s3", "PutBucketLifecycleConfiguration"): "s3:PutLifecycleConfiguration",
    ("s3", "GetBucketLifecycleConfiguration"): "s3:GetLifecycleConfiguration",
}


def action(service: str, operation: str) -> str:
    """The IAM action for OPERATION of SERVICE, as boto3 calls both."""
    return _ACTIONS.get((service, operation), f"{_PREFIXES.get(service, service)}:{operation}")

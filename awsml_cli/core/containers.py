"""Images in Amazon ECR: what a push may need to do there, and whose AWS's Deep Learning Containers are."""

from __future__ import annotations

from typing import Final

# what a registry's own API asks ECR for, in the name of whoever logged in to pull, and of whoever pushes:
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
PULLING: Final = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
PUSHING: Final = (
    "ecr:BatchCheckLayerAvailability",
    "ecr:CompleteLayerUpload",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
)
# The account that holds them in a region; the table of sagemaker-core 2.27.0 (2026-10-21), image_uri_config
USUAL_ACCOUNT: Final = "763104351884"
ACCOUNTS: Final = {
    "af-south-1": "626614931356", "ap-east-1": "871362719292", "ap-east-2": "975050140332",
    "ap-northeast-3": "364406365360", "ap-south-2": "772153158452", "ap-southeast-3": "907027046896",
    "ap-southeast-4": "457447274322", "ap-southeast-5": "550225433462", "ap-southeast-6": "633930458069",
    "ap-southeast-7": "590183813437", "ca-west-1": "204538143572", "cn-north-1": "727897471807",
    "cn-northwest-1": "727897471807", "eu-central-2": "380420809688", "eu-isoe-west-1": "371248457586",
    "eu-south-1": "692866216735", "eu-south-2": "503227376785", "eusc-de-east-1": "204133271717",
    "il-central-1": "780543022126", "me-central-1": "914824155844", "me-south-1": "217643126080",
    "me-west-1": "124382933778", "mx-central-1": "637423239942", "us-gov-east-1": "446045086412",
    "us-gov-west-1": "442386744353", "us-iso-east-1": "886529160074", "us-isob-east-1": "094389454867",
    "us-isof-east-1": "303241398832", "us-isof-south-1": "454834333376",
}  # fmt: skip


def account(region: str) -> str:
    """The account that holds the images in REGION."""
    return ACCOUNTS.get(region, USUAL_ACCOUNT)


def is_awss(account: str) -> bool:
    """Whether ACCOUNT holds them in any region."""
    return account == USUAL_ACCOUNT or account in ACCOUNTS.values()

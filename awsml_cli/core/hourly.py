"""What an hour costs of things that bill while they exist, used or not.

US East (N. Virginia), first tier, US dollars, from AWS's public price lists, as of 2025 and to be looked at again:
https://aws.amazon.com/comprehend/pricing/, /rekognition/pricing/, /personalize/pricing/, /sagemaker/ai/pricing/
"""

from __future__ import annotations

from typing import Final

COMPREHEND_UNIT: Final = 0.0005 * 3600  # an inference unit of an endpoint: 100 characters a second
LABELS_UNIT: Final = 4.00  # an inference unit of Custom Labels
CAMPAIGN_TPS: Final = 0.20  # a transaction a second of Personalize's, provisioned
# of SageMaker's, for endpoints, notebooks and apps alike
INSTANCES: Final = {
    "ml.t2.medium": 0.056, "ml.t3.medium": 0.05, "ml.t3.large": 0.10, "ml.t3.xlarge": 0.20,
    "ml.m5.large": 0.115, "ml.m5.xlarge": 0.23, "ml.m5.2xlarge": 0.461, "ml.m5.4xlarge": 0.922,
    "ml.c5.large": 0.102, "ml.c5.xlarge": 0.204, "ml.c5.2xlarge": 0.408,
    "ml.g4dn.xlarge": 0.736, "ml.g4dn.2xlarge": 0.94, "ml.g5.xlarge": 1.408, "ml.g5.2xlarge": 1.515,
    "ml.p3.2xlarge": 3.825, "ml.inf2.xlarge": 0.99,
}  # fmt: skip

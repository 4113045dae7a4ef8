"""Any operation of any service of ours, from botocore's model of it.

`words` turns the words of a command line into parameters, `calling` sends them and gives the answer whole,
`described` says what an operation takes and gives.
"""

from awsml_cli.services.api.calling import Answer, call, wait
from awsml_cli.services.api.described import Described, Operation, Service, describe, operations, services, skeleton
from awsml_cli.services.api.words import parameters

__all__ = [
    "Answer", "Described", "Operation", "Service", "call", "describe", "operations", "parameters", "services",
    "skeleton", "wait",
]  # fmt: skip

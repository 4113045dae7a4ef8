"""Any operation of any service of ours, from botocore's model of it.

`words` turns the words of a command line into parameters (`shorthand` those of a structure), `calling` sends them and
gives the answer whole, `waiting` asks until it is as it should be, `described` says what an operation takes and gives.
"""

from awsml_cli.services.api.calling import Answer, call, check
from awsml_cli.services.api.described import Described, Operation, Service, describe, operations, services, skeleton
from awsml_cli.services.api.waiting import awaited, describe_waiter, wait, waiters
from awsml_cli.services.api.words import parameters

__all__ = [
    "Answer", "Described", "Operation", "Service", "awaited", "call", "check", "describe", "describe_waiter",
    "operations", "parameters", "services", "skeleton", "wait", "waiters",
]  # fmt: skip

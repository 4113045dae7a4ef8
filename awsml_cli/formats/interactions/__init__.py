"""Tables that recommendations are learnt from: what Personalize wants of them, what a file is like, how it is mended.

Pure, streaming, in constant memory.
"""

from awsml_cli.formats.interactions.checking import check
from awsml_cli.formats.interactions.joined import Joined, Text
from awsml_cli.formats.interactions.kinds import KINDS, Kind
from awsml_cli.formats.interactions.repair import repaired
from awsml_cli.formats.interactions.report import Problem, Report
from awsml_cli.formats.interactions.schema import avro

__all__ = ["KINDS", "Joined", "Kind", "Problem", "Report", "Text", "avro", "check", "repaired"]

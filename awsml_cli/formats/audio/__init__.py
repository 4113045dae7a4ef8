"""Join pieces of audio without re-encoding them, and measure them exactly."""

from awsml_cli.formats.audio.joining import FORMATS, duration, finish, join
from awsml_cli.formats.audio.reader import Chunk
from awsml_cli.formats.audio.timeline import Joined

__all__ = ["FORMATS", "Chunk", "Joined", "duration", "finish", "join"]

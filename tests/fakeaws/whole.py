"""The fake with all its stateful services: what the fixture `aws` gives."""

from __future__ import annotations

from fakeaws.clock import FakeClock
from fakeaws.comprehend import Comprehend
from fakeaws.comprehendmedical import ComprehendMedical
from fakeaws.core import FakeAws
from fakeaws.polly import Polly
from fakeaws.textract import Textract
from fakeaws.transcribe import Heard, Job, Transcribe
from fakeaws.translate import Translate


class Aws(FakeAws):
    """AWS, with its services by name: `aws.transcribe`, `aws.translate`, `aws.polly`."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.transcribe = Transcribe(self)
        self.translate = Translate(self)
        self.polly = Polly(self)
        self.comprehend = Comprehend(self)
        self.comprehendmedical = ComprehendMedical(self)
        self.textract = Textract(self)
        self.services["textract"] = self.textract
        for service in (self.transcribe, self.translate, self.polly, self.comprehend, self.comprehendmedical):
            self.services[service.name] = service

    @property
    def transcripts(self) -> dict[str | bytes, Heard]:
        """Say what a recording holds: the key is its bytes, its S3 key or the key's last part."""
        return self.transcribe.heard

    @property
    def jobs(self) -> dict[str, Job]:
        """Map the names of Transcribe's jobs to their state."""
        return self.transcribe.jobs

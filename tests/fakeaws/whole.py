"""The fake with all its stateful services: what the fixture `aws` gives."""

from __future__ import annotations

from fakeaws.a2i import Loops
from fakeaws.braket import Braket
from fakeaws.clock import FakeClock
from fakeaws.codebuild import CodeBuild
from fakeaws.codeguru import Profiler, Reviewer
from fakeaws.comprehend import Comprehend
from fakeaws.comprehendmedical import ComprehendMedical
from fakeaws.compute import Machines, Parameters, PriceList
from fakeaws.core import FakeAws
from fakeaws.ecr import Ecr
from fakeaws.forecast import Forecast, ForecastQuery
from fakeaws.lex import Lex
from fakeaws.lex_talk import LexTalk
from fakeaws.personalize import Personalize
from fakeaws.personalize_runtime import PersonalizeEvents, PersonalizeRuntime
from fakeaws.polly import Polly
from fakeaws.rekognition_whole import Rekognition
from fakeaws.sagemaker import SageMaker, SageMakerRuntime
from fakeaws.sagemaker_hosting import Scaling
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
        self.rekognition = Rekognition(self)
        self.forecast = Forecast(self)
        self.personalize = Personalize(self)
        self.personalize_events = PersonalizeEvents(self.personalize)
        self.lex = Lex(self)
        self.lex_talk = LexTalk(self.lex)
        self.braket = Braket(self)
        self.reviewer = Reviewer(self)
        self.profiler = Profiler(self)
        self.ecr = Ecr(self)
        self.codebuild = CodeBuild(self)
        self.price_list = PriceList()
        self.parameters = Parameters(self)
        self.sagemaker = SageMaker(self)
        self.sagemaker_runtime = SageMakerRuntime(self, self.sagemaker)
        self.a2i = Loops(self, self.sagemaker)
        self.textract.people = self.a2i
        others = {
            "textract": self.textract,
            "rekognition": self.rekognition,
            "forecast": self.forecast,
            "forecastquery": ForecastQuery(self.forecast),
            "braket": self.braket,
            "ecr": self.ecr,
            "codebuild": self.codebuild,
            "ec2": Machines(),
            "pricing": self.price_list,
            "ssm": self.parameters,
            "application-autoscaling": Scaling(),
            "sagemaker-runtime": self.sagemaker_runtime,
        }
        named = (
            *(self.transcribe, self.translate, self.polly, self.comprehend, self.comprehendmedical),
            *(self.personalize, self.personalize_events, PersonalizeRuntime(self.personalize)),
            *(self.lex, self.lex_talk, self.reviewer, self.profiler, self.sagemaker, self.a2i),
        )
        self.services |= {**others, **{service.name: service for service in named}}

    @property
    def transcripts(self) -> dict[str | bytes, Heard]:
        """Say what a recording holds: the key is its bytes, its S3 key or the key's last part."""
        return self.transcribe.heard

    @property
    def jobs(self) -> dict[str, Job]:
        """Map the names of Transcribe's jobs to their state."""
        return self.transcribe.jobs

"""Where the examples of the help and of the documentation are run: a folder with the files they name, before the fake."""

from __future__ import annotations

import importlib.util
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import boto3
import shop
from fakeaws import Aws
from fakeaws.codeguru import TREE
from fakeaws.process import Process
from fakeaws.rekognition import Scene
from house import ROOT
from photographs import ANN, BOB, Box, taken
from pictures import classes, png
from recordings import STAGING, wav

from awsml_cli.core.ledger import Entry, Ledger
from awsml_cli.services.forecast.plans import Plan
from awsml_cli.services.forecast.wanted import Wanted
from awsml_cli.services.sagemaker import scaffold

LETTER = "Dear Ann,\n\nthe train leaves at nine.\n"
MEMORY = b"en,es\nPress the button.,Pulse el bot\xc3\xb3n.\n"
ROLE = "arn:aws:iam::123456789012:role/nlp"  # `$ROLE` of the examples
TEAM = "arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/us"  # `$TEAM` of the examples
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/churn:v1"  # `$IMAGE`
ENDPOINT = "arn:aws:comprehend:us-east-1:123456789012:document-classifier-endpoint/mail"  # `$ARN` of the examples
FACE = "11111111-2222-3333-4444-555555555555"  # of Ann, in the collection `people`
STREAM = "arn:aws:kinesis:us-east-1:123456789012:stream/AmazonRekognitionFaces"  # `$STREAM` of the examples
TOPIC = "arn:aws:sns:us-east-1:123456789012:AmazonRekognitionYard"  # `$TOPIC` of the examples
RECORDINGS = (
    "talk.mp3",
    "interview.wav",
    "visit.mp3",
    "visit.wav",
    "call.wav",
    "recordings/one.mp3",
    "recordings/more/two.mp3",
)
TEXTS = ("letter.txt", "chapter.txt", "talk.txt", "docs/one.txt", "docs/two.txt")
PHOTOGRAPHS: dict[str, dict[str, Box]] = {
    "street.jpg": {"ann": ANN, "bob": BOB},
    "photos/one.jpg": {"ann": ANN},
    "photos/more/two.png": {"bob": BOB},
    "ann.jpg": {"ann": ANN},
    "site.jpg": {"ann": ANN, "bob": BOB},
    "premiere.jpg": {"joe": ANN},
}
DOCUMENTS = ("job.json", "calls/one.json", "calls/two.json")


# what may be asked about anything, beside the groups that a part of the world is made for
GENERAL = {"jobs", "running", "quota", "iam", "api", "services", "local"}


class World:
    """The FOLDER of somebody who works with `awsml`; `run` is their shell.

    It has what the groups in SCRIPT may ask about, and everything where SCRIPT names none.
    """

    def __init__(self, folder: Path, aws: Aws, process: Process, script: str = "") -> None:
        self.folder = folder
        self.aws = aws
        self.process = process
        sample = (ROOT / "samples/talk.mp3").read_bytes()
        document = (ROOT / "tests/formats/transcript/shapes/batch_plain.json").read_bytes()
        shutil.copytree(ROOT / "samples", folder / "samples")
        shutil.copytree(ROOT / "tests/examples", folder, dirs_exist_ok=True)
        self.write(**{name: sample + bytes(number) for number, name in enumerate(RECORDINGS, 1)})  # no two are the same
        self.write(**dict.fromkeys(TEXTS, LETTER.encode()))
        self.write(**dict.fromkeys(DOCUMENTS, document))
        self.write(**{".awsml.toml": b"local = false\n"})
        self.write(**{"bin/awsml": f'#!/bin/sh\nexec "{sys.executable}" -m awsml_cli "$@"\n'.encode()})
        (folder / "bin/awsml").chmod(0o755)
        aws.bucket(STAGING)
        aws.bucket("my-bucket")
        aws.bucket("amazon-braket-us-east-1-123456789012")
        aws.put("my-bucket", "call.flac", wav())
        aws.put("my-bucket", "match.mp4", (folder / "match.mp4").read_bytes())
        aws.put("my-bucket", "manifest.jsonl", b"{}")
        aws.put("my-bucket", "letters/one.txt", LETTER.encode())
        aws.put("my-bucket", "memory.csv", MEMORY)
        self.write(**{"memory.csv": MEMORY, "terms.csv": b"en,es,fr\nAcme Cloud,Acme Cloud,Acme Cloud\n"})
        aws.bucket("eu-bucket", region="eu-west-1")
        self.write(**{"order.wav": wav(), "state.json": b'{"dialogAction": {"type": "ElicitIntent"}}'})
        groups = set(re.findall(r"\bawsml ([a-z0-9-]+)", script))
        for make, served in self.parts().items():
            if not groups or groups & (served | GENERAL):
                make()

    def parts(self) -> dict[Callable[[], None], set[str]]:
        """What makes a part of the world, and the groups that it is made for."""
        return {
            self.photograph: {"rekognition", "a2i"},
            self.translate: {"translate"},
            self.train: {"comprehend"},
            self.talk: {"lex"},
            self.review: {"codeguru"},
            self.ask: {"a2i", "textract", "rekognition"},
            self.compute: {"braket"},
            self.watch: {"rekognition"},
            self.file: {"textract"},
            self.speak: {"polly"},
            self.hold: {"transcribe"},
            self.foresee: {"forecast"},
            self.sell: {"personalize"},
            self.model: {"sagemaker", "ecr"},
            self.machines: {"sagemaker", "ecr", "compute"},
            self.hear: {"transcribe"},
        }

    def translate(self) -> None:
        """Have words and sentences that translations go by."""
        client = boto3.client("translate")
        client.import_terminology(
            Name="products",
            MergeStrategy="OVERWRITE",
            TerminologyData={"File": (self.folder / "terms.csv").read_bytes(), "Format": "CSV"},
        )
        client.create_parallel_data(
            Name="manuals",
            ParallelDataConfig={"S3Uri": "s3://my-bucket/memory.csv", "Format": "CSV"},
            ClientToken="example",
        )

    def talk(self) -> None:
        """Have a bot, and somebody who has begun to talk with it."""
        self.aws.lex.bot(self.folder / "flowers")
        boto3.client("lexv2-runtime").put_session(
            **{"botId": self.aws.lex.named("Flowers").id, "botAliasId": "TSTALIASID", "localeId": "en_US"},
            **{"sessionId": "ann", "sessionState": {"dialogAction": {"type": "ElicitIntent"}}},
        )

    def file(self) -> None:
        """Have an adapter, a project and a blueprint for documents."""
        self.aws.textract.trained("invoices")
        self.aws.textract.project("reports")
        self.aws.textract.blueprint("receipts", ["vendor", "total"])

    def hear(self) -> None:
        """Have a transcription under way in another region."""
        start_job("my-job", media=self.aws.put("eu-bucket", "call.flac", wav()))

    def write(self, **files: bytes) -> None:
        """Make FILES, and the folders that they are in."""
        for name, content in files.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_bytes(content)

    def speak(self) -> None:
        """Have a lexicon, and a task of Polly's that is called `my-task` here and by a number at AWS."""
        lexicon = (self.folder / "w3c.pls").read_text(encoding="utf-8")
        boto3.client("polly").put_lexicon(Name="w3c", Content=lexicon)
        started = boto3.client("polly").start_speech_synthesis_task(
            Text="Good morning.", VoiceId="Joanna", OutputFormat="mp3", OutputS3BucketName=STAGING
        )
        held = self.aws.polly.tasks.pop(started["SynthesisTask"]["TaskId"])
        held.about["TaskId"] = "my-task"
        self.aws.polly.tasks["my-task"] = held

    def photograph(self) -> None:
        """Have pictures, of which AWS knows what they show."""
        for number, (name, people) in enumerate(PHOTOGRAPHS.items()):
            path = taken(self.folder / name, people, salt=number)
            worn = {"ann": ("FACE_COVER", "HEAD_COVER"), "bob": ("FACE_COVER", "HEAD_COVER")}
            said = [("Way out", (0.3, 0.05, 0.4, 0.1))]
            self.aws.rekognition.pictures[path.read_bytes()] = Scene(texts=said, worn=worn)
        client = boto3.client("rekognition")
        client.create_collection(CollectionId="people")
        for path in (self.folder / name for name in ("ann.jpg", "photos/one.jpg", "photos/more/two.png")):
            image = {"Bytes": path.read_bytes()}
            client.index_faces(CollectionId="people", ExternalImageId=path.stem, Image=image)
        for user in ("ann", "eve"):
            client.create_user(CollectionId="people", UserId=user)
        faces = self.aws.rekognition.collections["people"].faces
        first = next(iter(faces))
        faces[FACE] = {**faces.pop(first), "FaceId": FACE}
        client.associate_faces(CollectionId="people", UserId="ann", FaceIds=[FACE])

    def hold(self) -> None:
        """Have what transcriptions can name: words, a filter, a model, a category."""
        client, texts = boto3.client("transcribe"), "s3://my-bucket/texts/"
        rules = [{"SentimentFilter": {"Sentiments": ["NEGATIVE"], "ParticipantRole": "CUSTOMER"}}]
        self.write(**{"names.txt": b"Gowda\nRao\n", "rules.json": json.dumps(rules).encode()})
        client.create_vocabulary(VocabularyName="my-words", LanguageCode="en-US", Phrases=["Gowda"])
        client.create_vocabulary_filter(VocabularyFilterName="my-filter", LanguageCode="en-US", Words=["darn"])
        client.create_language_model(
            ModelName="my-model",
            LanguageCode="en-US",
            BaseModelName="WideBand",
            InputDataConfig={"S3Uri": texts, "DataAccessRoleArn": "arn:aws:iam::123456789012:role/transcribe"},
        )
        client.create_call_analytics_category(CategoryName="my-category", Rules=rules)
        drugs = self.aws.put("my-bucket", "drugs.txt", b"aspirin\n")
        client.create_medical_vocabulary(VocabularyName="my-drugs", LanguageCode="en-US", VocabularyFileUri=drugs)

    def train(self) -> None:
        """Have models of Comprehend's, one that answers at an endpoint, and a flywheel."""
        client = boto3.client("comprehend")
        examples = (self.folder / "mails.csv").read_bytes()
        for name in ("train.csv", "november.csv", "test.csv"):
            self.aws.put("my-bucket", name, examples)
        for name in ("old-mails", "mails"):
            made = client.create_document_classifier(
                DocumentClassifierName=name,
                DataAccessRoleArn=ROLE,
                LanguageCode="en",
                InputDataConfig={"S3Uri": "s3://my-bucket/train.csv"},
                ClientRequestToken=name,
            )
        model = made["DocumentClassifierArn"]
        client.create_endpoint(EndpointName="mails-live", ModelArn=model, DesiredInferenceUnits=1)
        client.create_flywheel(
            FlywheelName="my-wheel",
            ActiveModelArn=model,
            DataAccessRoleArn=ROLE,
            DataLakeS3Uri="s3://my-bucket/lake/",
            ModelType="DOCUMENT_CLASSIFIER",
        )

    def review(self) -> None:
        """Have code associated with CodeGuru and reviewed, and a program that was profiled."""
        reviewer = self.aws.reviewer
        arn = reviewer.associated("my-code", bucket=self.aws.bucket("codeguru-reviewer-code"))
        reviewer.associated("web", "GitHub")
        about = {"FilePath": "app.py", "StartLine": 1, "EndLine": 2, "Severity": "High", "Description": "Say more."}
        reviewer.findings["my-code"] = [{"RecommendationId": "0123abcd", **about}]
        reviewer.findings["web"] = [{"RecommendationId": "4567cdef", **about}]
        source = {"SourceCodeType": {"RepositoryHead": {"BranchName": "main"}}}
        boto3.client("codeguru-reviewer").create_code_review(
            Name="november", RepositoryAssociationArn=arn, Type={"RepositoryAnalysis": source}
        )
        self.aws.profiler.profiles["web"] = TREE

    def ask(self) -> None:
        """Have a page for reviewers, a flow, and a loop that they look at."""
        client, page = boto3.client("sagemaker"), (self.folder / "review.liquid.html").read_text(encoding="utf-8")
        made = client.create_human_task_ui(HumanTaskUiName="review-page", UiTemplate={"Content": page})
        flow = client.create_flow_definition(
            FlowDefinitionName="my-flow",
            HumanLoopConfig={
                "WorkteamArn": TEAM,
                "HumanTaskUiArn": made["HumanTaskUiArn"],
                "TaskTitle": "Read",
                "TaskDescription": "Read",
                "TaskCount": 1,
            },
            OutputConfig={"S3OutputPath": "s3://my-bucket/answers"},
            RoleArn=ROLE,
        )["FlowDefinitionArn"]
        loops = boto3.client("sagemaker-a2i-runtime")
        loops.start_human_loop(
            HumanLoopName="my-loop", FlowDefinitionArn=flow, HumanLoopInput={"InputContent": '{"text": "A cat?"}'}
        )
        self.aws.a2i.loops["my-loop"]["looks"] = 3

    def compute(self) -> None:
        """Have a hybrid job that has left its result."""
        bucket, result = "amazon-braket-us-east-1-123456789012", json.dumps({"energy": -1.5}).encode()
        made = io.BytesIO()
        with tarfile.open(fileobj=made, mode="w:gz") as archive:
            entry = tarfile.TarInfo("results.json")
            entry.size = len(result)
            archive.addfile(entry, io.BytesIO(result))
        self.aws.put(bucket, "out/output/model.tar.gz", made.getvalue())
        script = {"entryPoint": "vqe", "s3Uri": self.aws.put(bucket, "vqe.tar.gz", b"")}
        boto3.client("braket").create_job(
            algorithmSpecification={"scriptModeConfig": script},
            clientToken="example",
            deviceConfig={"device": "local:none"},
            instanceConfig={"instanceType": "ml.m5.large", "volumeSizeInGb": 30},
            jobName="my-hybrid-job",
            outputDataConfig={"s3Path": f"s3://{bucket}/out"},
            roleArn=ROLE,
        )

    def watch(self) -> None:
        """Have pictures of birds, models of flowers, and processors that watch a stream."""
        classes(self.folder / "birds", owl=6, wren=6)
        about = {"type": "groundtruth/image-classification"}
        lines = []
        for number in range(12):
            place = self.aws.put("my-bucket", f"birds/{number}.png", png(number))
            bird = {**about, "class-name": ("owl", "wren")[number % 2]}
            lines.append(json.dumps({"source-ref": place, "bird": 1, "bird-metadata": bird}))
        self.aws.put("my-bucket", "birds.manifest", "\n".join(lines).encode())
        vision = self.aws.rekognition
        for name, status in (("flowers", "TRAINING_COMPLETED"), ("running-flowers", "RUNNING"), ("garden", "STOPPED")):
            vision.trained(name, version=f"v-{name}", bucket="my-bucket", status=status)
        vision.sat("00000000-0000-4000-8000-00000000000a", 97.5)
        camera = boto3.client("kinesisvideo").create_stream(StreamName="door-camera")["StreamARN"]
        kinesis = boto3.client("kinesis")
        kinesis.create_stream(StreamName="AmazonRekognitionFaces", ShardCount=1)
        face = {"MatchedFaces": [{"Similarity": 97.0, "Face": {"ExternalImageId": "ann"}}]}
        seen = {"InputInformation": {"KinesisVideo": {"ProducerTimestamp": 1.7e9}}, "FaceSearchResponse": [face]}
        kinesis.put_record(StreamName="AmazonRekognitionFaces", Data=json.dumps(seen).encode(), PartitionKey="a")
        faces = {"KinesisDataStream": {"Arn": STREAM}}, {"FaceSearch": {"CollectionId": "players"}}
        labels = {"S3Destination": {"Bucket": "my-bucket"}}, {"ConnectedHome": {"Labels": ["PET"]}}
        for name, (output, settings), status in (
            ("gate", faces, "STOPPED"),
            ("watching", faces, "RUNNING"),
            ("porch", labels, "STOPPED"),
        ):
            vision.processors[name] = {
                "Name": name,
                "Status": status,
                "Input": {"KinesisVideoStream": {"Arn": camera}},
                "Output": output,
                "Settings": settings,
                "RoleArn": ROLE,
            }

    def foresee(self) -> None:
        """Have a group, a predictor and a forecast called `teas`, and a run called `my_run` that was begun."""
        client, place = boto3.client("forecast"), {"S3Config": {"Path": "s3://my-bucket/teas.csv", "RoleArn": ROLE}}
        rows = (self.folder / "sales.csv").read_text().splitlines()[1:]
        table = "".join(f"{sku},{day},{units}\n" for day, sku, units in (row.split(",") for row in rows)).encode()
        self.aws.put("my-bucket", "teas.csv", table)
        words = (("item_id", "string"), ("timestamp", "timestamp"), ("target_value", "float"))
        schema = [{"AttributeName": name, "AttributeType": kind} for name, kind in words]
        about = {"Domain": "CUSTOM", "DatasetType": "TARGET_TIME_SERIES", "DataFrequency": "D"}
        dataset = client.create_dataset(DatasetName="teas", Schema={"Attributes": schema}, **about)["DatasetArn"]
        prices = [*schema[:2], {"AttributeName": "price", "AttributeType": "float"}]
        about["DatasetType"] = "RELATED_TIME_SERIES"
        beside = client.create_dataset(DatasetName="teas_related", Schema={"Attributes": prices}, **about)["DatasetArn"]
        self.write(**{"prices.csv": b"day,item,price\n2023-07-01,tea,2.5\n2023-07-02,tea,2.5\n"})
        made = {"DatasetGroupName": "teas", "Domain": "CUSTOM", "DatasetArns": [dataset, beside]}
        group = client.create_dataset_group(**made)["DatasetGroupArn"]
        made = {"DatasetImportJobName": "teas", "DatasetArn": dataset, "DataSource": place}
        arn = client.create_dataset_import_job(**made)["DatasetImportJobArn"]
        for _ in range(3):
            client.describe_dataset_import_job(DatasetImportJobArn=arn)
        made = {"PredictorName": "teas", "ForecastHorizon": 14, "ForecastFrequency": "D"}
        arn = client.create_auto_predictor(DataConfig={"DatasetGroupArn": group}, **made)["PredictorArn"]
        for _ in range(3):
            client.describe_auto_predictor(PredictorArn=arn)
        arn = client.create_forecast(ForecastName="teas", PredictorArn=arn)["ForecastArn"]
        for _ in range(3):
            client.describe_forecast(ForecastArn=arn)
        plan = Plan("my_run", Wanted(7), "D", False, (), {"target": schema}, STAGING, ROLE)
        self.aws.put(STAGING, plan.key("target"), table)
        row = Entry("my_run", "forecast", "us-east-1", "my_run", "started", STAGING, plan.folder, plan=plan.text())
        Ledger().put(row)

    def sell(self) -> None:
        """Have a shop, with all that Personalize keeps of one, and tables of what is bought in it."""
        personalize = self.aws.personalize
        tables = {"interactions": shop.interactions(event=True), "items": shop.items(), "users": shop.users()}
        self.write(
            **{f"{name}.csv": text.encode() for name, text in tables.items()},
            **{"more.csv": tables["interactions"].encode()},
            **{"actions.csv": b"ACTION_ID,VALUE\nsubscribe,5\n", "who-1.txt": b"u1\nu2\n", "who-2.txt": b"u3\n"},
            **{"taken.jsonl": b'{"userId": "u1", "actionId": "subscribe", "eventType": "taken"}\n'},
            **{"ratings.csv": shop.interactions(milliseconds=True).replace("ITEM_ID", "movie").encode()},
            **{"personalize.yaml": b"interactions: interactions.csv\nitems: items.csv\nuser: [u1, u2]\nlimit: 3\n"},
            **dict.fromkeys(
                ("events.jsonl", "clicks.jsonl"), b'{"userId": "u1", "itemId": "i1", "eventType": "buy"}\n'
            ),
        )
        rows = [
            dict(zip(("USER_ID", "ITEM_ID", "EVENT_TYPE"), line.split(","), strict=False))
            for line in tables["interactions"].splitlines()[1:]
        ]
        for name, domain in (("my-shop", {}), ("my-films", {"domain": "VIDEO_ON_DEMAND"})):
            group = personalize.there("datasetGroup", name, name=name, **domain)
            for sort in tables:
                schema = personalize.there("schema", f"{name}-{sort}", name=f"{name}-{sort}", schema="{}")
                about = {"name": f"{name}-{sort}", "datasetType": sort.upper(), "schemaArn": schema}
                made = personalize.there("dataset", f"{name}/{sort.upper()}", datasetGroupArn=group, **about)
                personalize.rows[made] = rows if sort == "interactions" else []
            about = {"name": f"{name}-actions", "datasetType": "ACTIONS", "schemaArn": schema}
            personalize.there("dataset", f"{name}/ACTIONS", datasetGroupArn=group, **about)
        films, recipe = group, "arn:aws:personalize:::recipe/"
        group = group.replace("my-films", "my-shop")
        personalize.there(
            "eventTracker", "my-tracker", name="my-tracker", datasetGroupArn=group, trackingId="my-tracker-id"
        )
        wanted = "INCLUDE ItemID WHERE Items.GENRE IN ($GENRE)"
        personalize.there("filter", "unseen", name="unseen", datasetGroupArn=group, filterExpression=wanted)
        picks = {"name": "my-picks", "datasetGroupArn": films, "recipeArn": f"{recipe}aws-vod-top-picks"}
        personalize.there("recommender", "my-picks", **picks)
        for name, kind in (("my-segments", "aws-item-affinity"), ("my-solution", "aws-user-personalization-v2")):
            about = {"datasetGroupArn": group, "recipeArn": recipe + kind}
            solution = personalize.there("solution", name, name=name, **about)
            version = personalize.there("solutionVersion", f"{name}/1234", solutionArn=solution, **about)
            personalize.things[version]["popular"] = ["i2", "i8", "i5", "i11"]
        for name in ("front-page", "like-this", "in-order", "next-step"):
            personalize.there("campaign", name, name=name, solutionVersionArn=version, minProvisionedTPS=1)
        place = "s3://my-bucket/batch/"
        personalize.there(
            "batchInferenceJob",
            "my-batch",
            jobName="my-batch",
            solutionVersionArn=version,
            jobInput={"s3DataSource": {"path": f"{place}users.jsonl"}},
            jobOutput={"s3DataDestination": {"path": place}},
        )
        answer = b'{"input": {"userId": "u1"}, "output": {"recommendedItems": ["i2"], "scores": [1.0]}}\n'
        self.aws.put("my-bucket", "batch/users.jsonl.out", answer)

    def model(self) -> None:
        """Have a project, with a model that was trained."""
        name = "churn"
        about = scaffold.about(self.folder / name, framework="plain", gpu=False)
        scaffold.write(self.folder / name, scaffold.files(about))
        weights = b'{"weights": [1.0, 3.0, -2.0]}'
        entry, packed = tarfile.TarInfo("model.json"), io.BytesIO()
        entry.size = len(weights)
        with tarfile.open(fileobj=packed, mode="w:gz") as archive:
            archive.addfile(entry, io.BytesIO(weights))
        model = packed.getvalue()
        self.write(
            **{
                f"{name}/output/{name}-1/model.tar.gz": model,
                "model.tar.gz": model,
                "points.csv": b"1.0,2.0\n0.5,0.5\n",
            }
        )
        self.aws.put("my-bucket", "points/points.csv", (self.folder / name / "data/training/points.csv").read_bytes())

    def machines(self) -> None:
        """Have trainings that run and have ended, endpoints, an image, and a role that SageMaker may take on."""
        trust = {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}
        boto3.client("iam").create_role(RoleName="nlp", AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))
        self.aws.ecr.image("team/churn", "v1")
        self.aws.codebuild.build("awsml-build-0123abcd:1", looks=2)
        for name in ("pytorch-training", "pytorch-inference", "vllm"):
            self.aws.ecr.image_of("763104351884", name, "2.6.0-gpu-py312-cu126-ubuntu22.04-sagemaker")
            self.aws.ecr.image_of("763104351884", name, "2.6.0-cpu-py312-ubuntu22.04-sagemaker")
        client = boto3.client("sagemaker")
        for name in ("old-training", "my-training"):
            client.create_training_job(
                TrainingJobName=name,
                RoleArn=ROLE,
                AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
                OutputDataConfig={"S3OutputPath": "s3://my-bucket/models/"},
                ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 30},
                StoppingCondition={"MaxRuntimeInSeconds": 3600},
            )
        for _ in range(6):
            client.describe_training_job(TrainingJobName="old-training")
        self.tunings()
        self.processings()
        self.packages()
        self.aws.sagemaker.pipeline("nightly", ["clean", "train"], [{"Name": "epochs", "DefaultValue": 3}])
        client.start_pipeline_execution(PipelineName="nightly", ClientRequestToken="0" * 32)
        client.create_model(ModelName="my-model", ExecutionRoleArn=ROLE, PrimaryContainer={"Image": IMAGE})
        variant = {
            "VariantName": "main",
            "ModelName": "my-model",
            "InstanceType": "ml.m5.large",
            "InitialInstanceCount": 1,
        }
        client.create_endpoint_config(EndpointConfigName="my-config", ProductionVariants=[variant])
        client.create_endpoint(EndpointName="my-endpoint", EndpointConfigName="my-config")
        client.create_transform_job(
            TransformJobName="old-transform",
            ModelName="my-model",
            TransformInput={
                "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://my-bucket/letters/"}}
            },
            TransformOutput={"S3OutputPath": "s3://my-bucket/answers/"},
            TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1},
        )
        client.create_endpoint_config(EndpointConfigName="my-endpoint-0123456789", ProductionVariants=[variant])
        self.components()

    def tunings(self) -> None:
        """Have a tuning that has ended, and one that runs."""
        client = boto3.client("sagemaker")
        for name in ("old-tuning", "my-tuning"):
            client.create_hyper_parameter_tuning_job(
                HyperParameterTuningJobName=name,
                HyperParameterTuningJobConfig={
                    "Strategy": "Random",
                    "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
                    "ResourceLimits": {"MaxNumberOfTrainingJobs": 2, "MaxParallelTrainingJobs": 2},
                    "ParameterRanges": {"CategoricalParameterRanges": [{"Name": "rate", "Values": ["0.1", "0.2"]}]},
                },
                TrainingJobDefinition={
                    "RoleArn": ROLE,
                    "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
                    "OutputDataConfig": {"S3OutputPath": "s3://my-bucket/models/"},
                    "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 30},
                    "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
                },
            )
        for _ in range(3):
            client.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName="old-tuning")

    def components(self) -> None:
        """Have an endpoint that shares its machines out to two components."""
        client = boto3.client("sagemaker")
        variant = {"VariantName": "main", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
        client.create_endpoint_config(
            EndpointConfigName="shared-config", ExecutionRoleArn=ROLE, ProductionVariants=[variant]
        )
        client.create_endpoint(EndpointName="shared", EndpointConfigName="shared-config")
        for _ in range(3):
            client.describe_endpoint(EndpointName="shared")
        for name in ("large", "small"):
            client.create_inference_component(
                InferenceComponentName=name, EndpointName="shared", VariantName="main",
                Specification={"ModelName": "my-model", "ComputeResourceRequirements": {"MinMemoryRequiredInMb": 512}},
                RuntimeConfig={"CopyCount": 1},
            )  # fmt: skip

    def packages(self) -> None:
        """Have a group of two versions, of which the first is approved."""
        client = boto3.client("sagemaker")
        client.create_model_package_group(ModelPackageGroupName="wine")
        container = {"Image": IMAGE, "ModelDataUrl": "s3://my-bucket/models/model.tar.gz"}
        for token, status in (("a", "Approved"), ("b", "PendingManualApproval")):
            client.create_model_package(
                ModelPackageGroupName="wine", ClientToken=token, ModelApprovalStatus=status,
                InferenceSpecification={"Containers": [container]},
            )  # fmt: skip

    def processings(self) -> None:
        """Have a processing that has ended, and one that runs, and a script for the next."""
        self.write(**{"clean.py": b"print('clean')\n"})
        client = boto3.client("sagemaker")
        for name in ("old-processing", "my-processing"):
            client.create_processing_job(
                ProcessingJobName=name,
                RoleArn=ROLE,
                AppSpecification={"ImageUri": IMAGE},
                ProcessingResources={
                    "ClusterConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 30}
                },
            )
        for _ in range(4):
            client.describe_processing_job(ProcessingJobName="old-processing")

    def commit(self) -> None:
        """Make the folder a git repository with one commit."""
        who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com"]
        subprocess.run(["git", "init", "-q"], cwd=self.folder, check=True)
        subprocess.run(["git", *who, "commit", "-q", "--allow-empty", "-m", "Begin."], cwd=self.folder, check=True)

    def run(self, script: str, **env: str | None) -> subprocess.CompletedProcess[str]:
        """Run SCRIPT in bash, where `awsml` is the program before the fake."""
        named = {"ARN": ENDPOINT, "ROLE": ROLE, "STREAM": STREAM, "TOPIC": TOPIC, "TEAM": TEAM, "IMAGE": IMAGE}
        variables = self.process.environment({"AWSML_BUCKET": STAGING, **named, **env})
        variables["PATH"] = os.pathsep.join((str(self.folder / "bin"), variables["PATH"]))
        return subprocess.run(
            ["bash", "--norc", "-o", "pipefail", "-c", script],
            cwd=self.folder,
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=120,
            check=False,
        )


def start_job(name: str, *, media: str) -> None:
    """Start a job of this NAME, as another program would."""
    client = boto3.client("transcribe", region_name="eu-west-1")
    client.start_transcription_job(TranscriptionJobName=name, LanguageCode="en-US", Media={"MediaFileUri": media})


def missing(script: str, *tools: str) -> str:
    """The first of TOOLS that SCRIPT calls and that is not installed here, or nothing."""
    return next((tool for tool in tools if f"{tool} " in script and shutil.which(tool) is None), "")


def lacking_engine() -> str:
    """What is not installed here of what the tutorial uses, or nothing."""
    for engine in ("moonshine_voice", "espeakng_loader"):
        if importlib.util.find_spec(engine) is None:
            return f"{engine} is not installed: pip install '.[local]'"
    if shutil.which("apertium") is None:
        return "Apertium is not installed: apt-get install apertium apertium-eng-spa"
    return ""

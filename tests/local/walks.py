"""A call of every operation that this machine can do, service by service, in an order in which each has something to do.

A step is the operation, its parameters, and how `aws` is given what no JSON can hold. A parameter `$Operation.path` is
what an earlier answer says there (JMESPath). `until` is where an answer says that a job has ended.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import shop
from house import ROOT

from awsml_cli.formats import bots
from local import drawn, means

FLOWERS = ROOT / "tests/examples/flowers"
ROLE = "arn:aws:iam::000000000000:role/nlp"


@dataclass(frozen=True)
class Step:
    operation: str
    params: dict[str, Any] = field(default_factory=dict)
    files: dict[str, str] = field(
        default_factory=dict
    )  # options of `aws` whose value is a file: what it holds comes from `contents`
    until: str = ""  # where the answer tells the state of a job
    words: tuple[str, ...] = ()  # further options of `aws`
    out: bool = False  # whether `aws` writes a stream to a file

    def streams(self, member: str) -> bool:
        """Whether `aws` is given MEMBER, which is a file's content, by the file's name alone."""
        return member[0] in "Bi" and self.operation != "InvokeEndpoint"


def _objects() -> dict[str, bytes]:
    """What is put into the bucket before a walk begins."""
    chance = ["ball goal match team", "oven salt butter flour", "court judge appeal clause"]
    months = [f"{2015 + n // 12}-{n % 12 + 1:02}-01 00:00:00" for n in range(72)]
    return {
        "docs.txt": "\n".join(chance[n % 3] for n in range(30)).encode(),
        "air.csv": "".join(f"air,{month},{100 + n + 10 * (n % 12)}\n" for n, month in enumerate(months)).encode(),
        "seen.csv": shop.interactions().encode(),
        "items.csv": shop.items().encode(),
        "people.csv": shop.users().encode(),
        "users.jsonl": b'{"userId": "u1"}\n',
        "likes.jsonl": b'{"itemId": "i1"}\n',
    }


def objects() -> dict[str, bytes]:
    """What is put into the bucket before a walk begins, pictures too."""
    found = _objects()
    found |= means.objects()
    found["letter.png"] = (ROOT / "tests/examples/letter.png").read_bytes()
    found["receipt.jpg"] = (ROOT / "tests/examples/receipt.jpg").read_bytes()
    found["passport.png"] = _passport()
    found["mails.csv"] = "".join(
        f'{label},"about my {words} {n}"\n' for label, words in _MAILS for n in range(12)
    ).encode()
    found |= {f"textures/{name}-{n}.png": _texture(name, n) for name in _TEXTURES for n in range(4)}
    face = _astronaut()
    if face is not None:
        found["face.png"] = face
    return found


def _passport() -> bytes:
    """A page with ICAO's specimen of a zone, or nothing where there is nothing to draw with."""
    try:
        from local.test_identity import PASSPORT, with_zone
    except ImportError:
        return b""
    return with_zone(PASSPORT)


def _texture(name: str, number: int) -> bytes:
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (64, 64), (255, 255, 255))
    draw = ImageDraw.Draw(picture)
    for at in range(number, 64, 8):
        if name == "stripes":
            draw.rectangle((at, 0, at + 3, 63), fill=(200, 30, 30))
        else:
            draw.ellipse((at, at, at + 6, at + 6), fill=(30, 30, 200))
    return drawn.png(picture)


def _entries() -> str:
    """Which picture shows what, as Custom Labels takes it."""
    lines = []
    for name in _TEXTURES:
        for number in range(4):
            about = {
                "class-name": name,
                "confidence": 1,
                "type": "groundtruth/image-classification",
                "human-annotated": "yes",
                "creation-date": "2026-11-26T00:00:00",
                "job-name": "walk",
            }
            lines.append(
                json.dumps(
                    {
                        "source-ref": f"s3://awsml-local/textures/{name}-{number}.png",
                        "class": 1,
                        "class-metadata": about,
                    }
                )
            )
    return "\n".join(lines) + "\n"


def _astronaut() -> bytes | None:
    try:
        import skimage
        from PIL import Image
    except ImportError:
        return None
    path = Path(skimage.__file__).parent / "data/astronaut.png"
    return drawn.png(Image.open(path).convert("RGB").resize((256, 256)))


def contents() -> dict[str, bytes]:
    """What stands in files that `aws` is given."""
    return {"terms": b"en,es\nAcme Cloud,Acme Cloud\n", "order": b"I would like to order flowers", "numbers": b"[1, 2]"}


def bot() -> bytes:
    """A bot, as it is uploaded."""
    files = {str(path.relative_to(FLOWERS)): path.read_bytes() for path in FLOWERS.rglob("*") if path.is_file()}
    return bots.packed(bots.from_files(files, name="Flowers").files)


def _at(key: str) -> dict[str, Any]:
    return {"S3Object": {"Bucket": "awsml-local", "Name": key}}


def _batch(name: str) -> Step:
    return Step(
        f"BatchDetect{name}",
        {
            "TextList": ["A fine day in Paris.", "An awful one."],
            **({} if name == "DominantLanguage" else {"LanguageCode": "en"}),
        },
    )


_MAILS = (("billing", "invoice payment refund"), ("delivery", "parcel courier address"))
_TEXTURES = ("stripes", "dots")
_MODEL = {"DocumentClassifierArn": "$CreateDocumentClassifier.DocumentClassifierArn"}
_LIVE = {"EndpointArn": "$CreateEndpoint.EndpointArn"}
_PROJECT = {"ProjectArn": "$CreateProject.ProjectArn"}
_DATASET = {"DatasetArn": "$CreateDataset.DatasetArn"}
_VERSION = {"ProjectVersionArn": "$CreateProjectVersion.ProjectVersionArn"}
_PLACE = {"OutputConfig": {"S3Bucket": "awsml-local", "S3KeyPrefix": "models"}}
_RUDE = {"VocabularyFilterName": "rude"}
_NAMES = {"VocabularyName": "names"}
_LETTER = {"Text": "Ann Smith of Paris was happy. Her card is 4111 1111 1111 1111.", "LanguageCode": "en"}
_FACE = {"Image": _at("face.png")}
_PEOPLE = {"CollectionId": "people"}
_ANN = {**_PEOPLE, "UserId": "ann"}
_ID = "$IndexFaces.FaceRecords[0].Face.FaceId"
_BOT = {"botId": "$DescribeImport.importedResourceId"}
_DRAFT = {**_BOT, "botVersion": "DRAFT", "localeId": "en_US"}
_TALK = {**_BOT, "botAliasId": "TSTALIASID", "localeId": "en_US", "sessionId": "ann"}
_STATE = {"dialogAction": {"type": "ElicitIntent"}}
_SV1 = "arn:aws:braket:::device/quantum-simulator/amazon/sv1"
_BELL = {
    "braketSchemaHeader": {"name": "braket.ir.openqasm.program", "version": "1"},
    "source": "OPENQASM 3;\nqubit[1] q;\nbit[1] c;\nx q[0];\nc[0] = measure q[0];\n",
}
_SERIES = {
    "Attributes": [
        {"AttributeName": "item_id", "AttributeType": "string"},
        {"AttributeName": "timestamp", "AttributeType": "timestamp"},
        {"AttributeName": "target_value", "AttributeType": "float"},
    ]
}
_GROUP = {"datasetGroupArn": "$CreateDatasetGroup.datasetGroupArn"}
_RECIPE = "arn:aws:personalize:::recipe/"
_MEAN = {"TrainingJobName": "mean"}
_MEANS = {"EndpointName": "means"}
_TAGGED = {"ResourceArn": "$DescribeTrainingJob.TrainingJobArn"}


def _schema(sort: str, *fields: str) -> str:
    kinds = {"TIMESTAMP": "long", "AGE": "int", "PRICE": "float"}
    told = [{"name": one, "type": kinds.get(one, "string")} for one in fields]
    return json.dumps(
        {
            "type": "record",
            "name": sort,
            "namespace": "com.amazonaws.personalize.schema",
            "fields": told,
            "version": "1.0",
        }
    )


def _imported(sort: str, key: str, *fields: str) -> list[Step]:
    return [
        Step("CreateSchema", {"name": f"shop-{sort}", "schema": _schema(sort, *fields)}),
        Step("CreateDataset", {"name": sort, "schemaArn": "$CreateSchema.schemaArn", **_GROUP, "datasetType": sort}),
        Step("CreateDatasetImportJob", {"jobName": sort, "datasetArn": "$CreateDataset.datasetArn", "dataSource": {"dataLocation": f"s3://awsml-local/{key}"}, "roleArn": ROLE}),
        Step("DescribeDatasetImportJob", {"datasetImportJobArn": "$CreateDatasetImportJob.datasetImportJobArn"}, until="datasetImportJob.status"),
    ]  # fmt: skip


def _made(noun: str, arn: str, **more: Any) -> list[Step]:
    return [Step(f"Describe{noun}", {arn: f"$Create{noun}.{arn}"}, **more), Step(f"List{noun}s")]


WALKS: dict[str, list[Step]] = {
    "s3": [
        Step("CreateBucket", {"Bucket": "walk"}), Step("HeadBucket", {"Bucket": "walk"}), Step("GetBucketLocation", {"Bucket": "walk"}),
        Step("PutPublicAccessBlock", {"Bucket": "walk", "PublicAccessBlockConfiguration": {"BlockPublicAcls": True}}),
        Step("PutBucketEncryption", {"Bucket": "walk", "ServerSideEncryptionConfiguration": {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}}),
        Step("PutBucketLifecycleConfiguration", {"Bucket": "walk", "LifecycleConfiguration": {"Rules": [{"ID": "a", "Status": "Enabled", "Filter": {"Prefix": "x"}, "Expiration": {"Days": 1}}]}}),
        Step("PutBucketTagging", {"Bucket": "walk", "Tagging": {"TagSet": [{"Key": "a", "Value": "b"}]}}),
        Step("PutObject", {"Bucket": "walk", "Key": "a/ü ?.txt", "Metadata": {"who": "ann"}}, {"Body": "terms"}),
        Step("CopyObject", {"Bucket": "walk", "Key": "b", "CopySource": "walk/a/ü ?.txt"}),
        Step("HeadObject", {"Bucket": "walk", "Key": "a/ü ?.txt"}), Step("GetObject", {"Bucket": "walk", "Key": "b", "Range": "bytes=3-7"}, out=True),
        Step("GetObject", {"Bucket": "walk", "Key": "nothing"}, out=True),
        Step("ListBuckets"), Step("ListObjectsV2", {"Bucket": "walk", "MaxKeys": 1}), Step("ListObjectsV2", {"Bucket": "walk", "Delimiter": "/"}), Step("ListObjects", {"Bucket": "walk", "MaxKeys": 1}),
        Step("CreateMultipartUpload", {"Bucket": "walk", "Key": "c"}), Step("ListMultipartUploads", {"Bucket": "walk"}),
        Step("UploadPart", {"Bucket": "walk", "Key": "c", "PartNumber": 1, "UploadId": "$CreateMultipartUpload.UploadId"}, {"Body": "terms"}),
        Step("ListParts", {"Bucket": "walk", "Key": "c", "UploadId": "$CreateMultipartUpload.UploadId"}),
        Step("CompleteMultipartUpload", {"Bucket": "walk", "Key": "c", "UploadId": "$CreateMultipartUpload.UploadId", "MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": "$UploadPart.ETag"}]}}),
        Step("CreateMultipartUpload", {"Bucket": "walk", "Key": "d"}), Step("AbortMultipartUpload", {"Bucket": "walk", "Key": "d", "UploadId": "$CreateMultipartUpload.UploadId"}),
        Step("DeleteBucket", {"Bucket": "walk"}), Step("DeleteObject", {"Bucket": "walk", "Key": "a/ü ?.txt"}),
        Step("DeleteObjects", {"Bucket": "walk", "Delete": {"Objects": [{"Key": "b"}, {"Key": "c"}]}}), Step("DeleteBucket", {"Bucket": "walk"}),
    ],
    "transcribe": [
        Step("StartTranscriptionJob", {"TranscriptionJobName": "talk", "LanguageCode": "en-US", "Media": {"MediaFileUri": "s3://awsml-local/talk.wav"}, "Tags": [{"Key": "a", "Value": "b"}]}),
        Step("StartTranscriptionJob", {"TranscriptionJobName": "talk", "LanguageCode": "en-US", "Media": {"MediaFileUri": "s3://awsml-local/talk.wav"}}),
        Step("GetTranscriptionJob", {"TranscriptionJobName": "talk"}, until="TranscriptionJob.TranscriptionJobStatus"), Step("ListTranscriptionJobs", {"MaxResults": 5}),
        Step("DeleteTranscriptionJob", {"TranscriptionJobName": "talk"}), Step("GetTranscriptionJob", {"TranscriptionJobName": "talk"}),
        Step("CreateVocabularyFilter", {**_RUDE, "LanguageCode": "en-US", "Words": ["darn"]}), Step("GetVocabularyFilter", _RUDE), Step("ListVocabularyFilters"), Step("UpdateVocabularyFilter", {**_RUDE, "Words": ["drat"]}), Step("DeleteVocabularyFilter", _RUDE), Step("GetVocabularyFilter", _RUDE),
        Step("CreateVocabulary", {**_NAMES, "LanguageCode": "en-US", "Phrases": ["Dashwood"]}), Step("GetVocabulary", _NAMES), Step("ListVocabularies"), Step("UpdateVocabulary", {**_NAMES, "LanguageCode": "en-US", "Phrases": ["Gowda"]}), Step("DeleteVocabulary", _NAMES), Step("GetVocabulary", _NAMES),
    ],
    "polly": [
        Step("DescribeVoices", {"LanguageCode": "en-GB"}), Step("PutLexicon", {"Name": "w3c", "Content": (ROOT / "tests/examples/w3c.pls").read_text(encoding="utf-8")}),
        Step("GetLexicon", {"Name": "w3c"}), Step("ListLexicons"), Step("DeleteLexicon", {"Name": "w3c"}), Step("GetLexicon", {"Name": "w3c"}),
        Step("SynthesizeSpeech", {"Text": "Hello.", "VoiceId": "Joanna", "OutputFormat": "pcm"}, out=True),
        Step("SynthesizeSpeech", {"Text": "Hello there.", "VoiceId": "Joanna", "OutputFormat": "json", "SpeechMarkTypes": ["word"]}, out=True),
    ],
    "translate": [
        Step("TranslateText", {"Text": "The house is red.", "SourceLanguageCode": "en", "TargetLanguageCode": "es"}), Step("ListLanguages"),
        Step("ImportTerminology", {"Name": "terms", "MergeStrategy": "OVERWRITE", "TerminologyData": {"File": "en,es\nAcme Cloud,Acme Cloud\n", "Format": "CSV"}}, {"data-file": "terms"}, words=("--terminology-data", "Format=CSV")),
        Step("TranslateText", {"Text": "The house of Acme Cloud.", "SourceLanguageCode": "en", "TargetLanguageCode": "es", "TerminologyNames": ["terms"]}),
        Step("GetTerminology", {"Name": "terms"}), Step("ListTerminologies"), Step("DeleteTerminology", {"Name": "terms"}), Step("GetTerminology", {"Name": "terms"}),
    ],
    "comprehend": [
        Step("DetectDominantLanguage", {"Text": "Bonjour tout le monde"}), *(Step(f"Detect{name}", _LETTER) for name in ("Sentiment", "Entities", "KeyPhrases", "Syntax", "PiiEntities")),
        Step("ContainsPiiEntities", _LETTER), *(_batch(name) for name in ("DominantLanguage", "Sentiment", "Entities", "KeyPhrases", "Syntax")),
        Step("DetectSentiment", {"Text": "x" * 6000, "LanguageCode": "en"}), Step("DetectToxicContent", {"TextSegments": [{"Text": "You idiot"}, {"Text": "Good morning"}], "LanguageCode": "en"}),
        Step("StartTopicsDetectionJob", {"InputDataConfig": {"S3Uri": "s3://awsml-local/docs.txt", "InputFormat": "ONE_DOC_PER_LINE"}, "OutputDataConfig": {"S3Uri": "s3://awsml-local/topics"}, "DataAccessRoleArn": ROLE, "NumberOfTopics": 3, "JobName": "t", "ClientRequestToken": "t"}),
        Step("DescribeTopicsDetectionJob", {"JobId": "$StartTopicsDetectionJob.JobId"}, until="TopicsDetectionJobProperties.JobStatus"), Step("ListTopicsDetectionJobs"),
        Step("CreateDocumentClassifier", {"DocumentClassifierName": "mails", "DataAccessRoleArn": ROLE, "LanguageCode": "en", "InputDataConfig": {"S3Uri": "s3://awsml-local/mails.csv"}, "ClientRequestToken": "mails"}),
        Step("DescribeDocumentClassifier", _MODEL, until="DocumentClassifierProperties.Status"), Step("ListDocumentClassifiers"), Step("ListEntityRecognizers"),
        Step("CreateEndpoint", {"EndpointName": "live", "ModelArn": "$CreateDocumentClassifier.DocumentClassifierArn", "DesiredInferenceUnits": 1, "ClientRequestToken": "live"}), Step("DescribeEndpoint", _LIVE), Step("UpdateEndpoint", {**_LIVE, "DesiredInferenceUnits": 2}), Step("ListEndpoints"),
        Step("ClassifyDocument", {**_LIVE, "Text": "my parcel"}), Step("DeleteEndpoint", _LIVE), Step("StopTrainingDocumentClassifier", _MODEL), Step("DeleteDocumentClassifier", _MODEL), Step("DescribeDocumentClassifier", _MODEL),
    ],
    "comprehendmedical": [
        *(Step(name, {"Text": "Jane Doe takes aspirin 100 mg daily against headache, and denies fever."}) for name in ("DetectEntitiesV2", "InferICD10CM", "DetectPHI")),
        Step("InferICD10CM", {"Text": "x" * 10_001}),
    ],
    "textract": [
        Step("DetectDocumentText", {"Document": _at("letter.png")}), Step("AnalyzeDocument", {"Document": _at("letter.png"), "FeatureTypes": ["LAYOUT"]}), Step("AnalyzeExpense", {"Document": _at("receipt.jpg")}), Step("AnalyzeID", {"DocumentPages": [_at("passport.png")]}),
        *(step for kind, more in (("DocumentTextDetection", {}), ("DocumentAnalysis", {"FeatureTypes": ["LAYOUT"]}), ("ExpenseAnalysis", {})) for step in (
            Step(f"Start{kind}", {"DocumentLocation": _at("letter.png"), **more}), Step(f"Get{kind}", {"JobId": f"$Start{kind}.JobId"}, until="JobStatus"))),
    ],
    "rekognition": [
        Step("DetectFaces", {**_FACE, "Attributes": ["DEFAULT"]}), Step("DetectLabels", {**_FACE, "Features": ["IMAGE_PROPERTIES"]}), Step("DetectModerationLabels", _FACE), Step("DetectText", {"Image": _at("letter.png")}),
        Step("CompareFaces", {"SourceImage": _at("face.png"), "TargetImage": _at("face.png")}),
        Step("CreateCollection", _PEOPLE), Step("CreateCollection", _PEOPLE), Step("ListCollections"), Step("IndexFaces", {**_PEOPLE, **_FACE, "ExternalImageId": "ann"}), Step("DescribeCollection", _PEOPLE), Step("ListFaces", _PEOPLE),
        Step("SearchFaces", {**_PEOPLE, "FaceId": _ID}), Step("SearchFacesByImage", {**_PEOPLE, **_FACE}), Step("CreateUser", _ANN), Step("AssociateFaces", {**_ANN, "FaceIds": [_ID]}), Step("ListUsers", _PEOPLE),
        Step("SearchUsers", {**_PEOPLE, "FaceId": _ID}), Step("SearchUsersByImage", {**_PEOPLE, **_FACE}), Step("DisassociateFaces", {**_ANN, "FaceIds": [_ID]}), Step("DeleteUser", _ANN),
        Step("DeleteFaces", {**_PEOPLE, "FaceIds": [_ID]}), Step("DeleteCollection", _PEOPLE), Step("DescribeCollection", _PEOPLE),
        Step("CreateProject", {"ProjectName": "textures"}), *(step for sort in ("TEST", "TRAIN") for step in (Step("CreateDataset", {**_PROJECT, "DatasetType": sort}), Step("UpdateDatasetEntries", {**_DATASET, "Changes": {"GroundTruth": _entries()}}))),
        Step("DescribeDataset", _DATASET), Step("ListDatasetEntries", _DATASET), Step("ListDatasetLabels", _DATASET), Step("CreateProjectVersion", {**_PROJECT, "VersionName": "v1", **_PLACE}), Step("DescribeProjectVersions", _PROJECT, until="ProjectVersionDescriptions[0].Status"),
        Step("DescribeProjects"), Step("DetectCustomLabels", {**_VERSION, "Image": _at("textures/dots-1.png")}), Step("StartProjectVersion", {**_VERSION, "MinInferenceUnits": 1}), Step("DetectCustomLabels", {**_VERSION, "Image": _at("textures/dots-1.png")}), Step("StopProjectVersion", _VERSION),
        Step("CopyProjectVersion", {"SourceProjectArn": "$CreateProject.ProjectArn", "SourceProjectVersionArn": "$CreateProjectVersion.ProjectVersionArn", "DestinationProjectArn": "$CreateProject.ProjectArn", "VersionName": "v2", **_PLACE}),
        Step("DeleteProjectVersion", _VERSION), Step("DeleteProject", _PROJECT), Step("DeleteDataset", _DATASET), Step("DescribeDataset", _DATASET),
    ],
    "lexv2-models": [
        Step("CreateUploadUrl"), Step("StartImport", {"importId": "$CreateUploadUrl.importId", "mergeStrategy": "Overwrite", "resourceSpecification": {"botImportSpecification": {"botName": "Flowers", "roleArn": ROLE, "dataPrivacy": {"childDirected": False}}}}),
        Step("DescribeImport", {"importId": "$CreateUploadUrl.importId"}, until="importStatus"), Step("ListBots"), Step("DescribeBot", _BOT), Step("ListBotLocales", {**_BOT, "botVersion": "DRAFT"}),
        Step("BuildBotLocale", _DRAFT), Step("DescribeBotLocale", _DRAFT, until="botLocaleStatus"), Step("ListIntents", _DRAFT), Step("ListSlots", {**_DRAFT, "intentId": "$ListIntents.intentSummaries[0].intentId"}), Step("ListSlotTypes", _DRAFT),
        Step("lexv2-runtime:RecognizeText", {**_TALK, "text": "I would like to order flowers"}), Step("lexv2-runtime:GetSession", _TALK),
        Step("lexv2-runtime:RecognizeUtterance", {**_TALK, "requestContentType": "text/plain; charset=utf-8", "responseContentType": "text/plain; charset=utf-8"}, {"inputStream": "order"}, out=True),
        Step("lexv2-runtime:PutSession", {**_TALK, "sessionState": _STATE}, out=True), Step("lexv2-runtime:DeleteSession", _TALK), Step("lexv2-runtime:GetSession", _TALK),
        Step("CreateBotVersion", {**_BOT, "botVersionLocaleSpecification": {"en_US": {"sourceBotVersion": "DRAFT"}}}), Step("ListBotVersions", _BOT), Step("DescribeBotVersion", {**_BOT, "botVersion": "1"}),
        Step("CreateBotAlias", {**_BOT, "botAliasName": "live", "botVersion": "1"}), Step("ListBotAliases", _BOT), Step("DescribeBotAlias", {**_BOT, "botAliasId": "$CreateBotAlias.botAliasId"}),
        Step("UpdateBotAlias", {**_BOT, "botAliasId": "$CreateBotAlias.botAliasId", "botAliasName": "front"}), Step("CreateExport", {"resourceSpecification": {"botExportSpecification": {**_BOT, "botVersion": "1"}}, "fileFormat": "LexJson"}),
        Step("DescribeExport", {"exportId": "$CreateExport.exportId"}), Step("DeleteExport", {"exportId": "$CreateExport.exportId"}), Step("DeleteBotAlias", {**_BOT, "botAliasId": "$CreateBotAlias.botAliasId"}),
        Step("DeleteBotVersion", {**_BOT, "botVersion": "1"}), Step("DeleteBot", _BOT), Step("DescribeBot", _BOT),
    ],
    "braket": [
        Step("SearchDevices", {"filters": []}), Step("GetDevice", {"deviceArn": _SV1}),
        Step("CreateQuantumTask", {"deviceArn": _SV1, "shots": 10, "outputS3Bucket": "awsml-local", "outputS3KeyPrefix": "tasks", "action": json.dumps(_BELL), "clientToken": "a"}),
        Step("GetQuantumTask", {"quantumTaskArn": "$CreateQuantumTask.quantumTaskArn"}, until="status"), Step("SearchQuantumTasks", {"filters": []}),
        Step("CancelQuantumTask", {"quantumTaskArn": "$CreateQuantumTask.quantumTaskArn", "clientToken": "b"}),
    ],
    "forecast": [
        Step("CreateDataset", {"DatasetName": "air", "Domain": "CUSTOM", "DatasetType": "TARGET_TIME_SERIES", "DataFrequency": "M", "Schema": _SERIES}), *_made("Dataset", "DatasetArn"),
        Step("CreateDatasetGroup", {"DatasetGroupName": "air", "Domain": "CUSTOM"}), Step("UpdateDatasetGroup", {"DatasetGroupArn": "$CreateDatasetGroup.DatasetGroupArn", "DatasetArns": ["$CreateDataset.DatasetArn"]}), *_made("DatasetGroup", "DatasetGroupArn"),
        Step("CreateDatasetImportJob", {"DatasetImportJobName": "air", "DatasetArn": "$CreateDataset.DatasetArn", "DataSource": {"S3Config": {"Path": "s3://awsml-local/air.csv", "RoleArn": ROLE}}, "TimestampFormat": "yyyy-MM-dd HH:mm:ss"}),
        *_made("DatasetImportJob", "DatasetImportJobArn", until="Status"),
        Step("CreatePredictor", {"PredictorName": "air", "AlgorithmArn": "arn:aws:forecast:::algorithm/NPTS", "ForecastHorizon": 3, "InputDataConfig": {"DatasetGroupArn": "$CreateDatasetGroup.DatasetGroupArn"}, "FeaturizationConfig": {"ForecastFrequency": "M"}}),
        *_made("Predictor", "PredictorArn", until="Status"), Step("GetAccuracyMetrics", {"PredictorArn": "$CreatePredictor.PredictorArn"}),
        Step("CreateAutoPredictor", {"PredictorName": "best", "ForecastHorizon": 3, "ForecastFrequency": "M", "DataConfig": {"DatasetGroupArn": "$CreateDatasetGroup.DatasetGroupArn"}}), Step("StopResource", {"ResourceArn": "$CreateAutoPredictor.PredictorArn"}), Step("DescribeAutoPredictor", {"PredictorArn": "$CreateAutoPredictor.PredictorArn"}),
        Step("CreateForecast", {"ForecastName": "air", "PredictorArn": "$CreatePredictor.PredictorArn"}), *_made("Forecast", "ForecastArn", until="Status"),
        Step("forecastquery:QueryForecast", {"ForecastArn": "$CreateForecast.ForecastArn", "Filters": {"item_id": "air"}}),
        Step("CreateForecastExportJob", {"ForecastExportJobName": "air", "ForecastArn": "$CreateForecast.ForecastArn", "Destination": {"S3Config": {"Path": "s3://awsml-local/out", "RoleArn": ROLE}}}), *_made("ForecastExportJob", "ForecastExportJobArn", until="Status"),
        *(Step(f"List{name}") for name in ("Explainabilities", "ExplainabilityExports", "PredictorBacktestExportJobs", "WhatIfAnalyses", "WhatIfForecasts", "WhatIfForecastExports")),
        Step("DeleteForecastExportJob", {"ForecastExportJobArn": "$CreateForecastExportJob.ForecastExportJobArn"}), Step("DeleteForecast", {"ForecastArn": "$CreateForecast.ForecastArn"}), Step("DeletePredictor", {"PredictorArn": "$CreatePredictor.PredictorArn"}),
        Step("DeleteDatasetImportJob", {"DatasetImportJobArn": "$CreateDatasetImportJob.DatasetImportJobArn"}), Step("DeleteResourceTree", {"ResourceArn": "$CreateAutoPredictor.PredictorArn"}), Step("DeleteDatasetGroup", {"DatasetGroupArn": "$CreateDatasetGroup.DatasetGroupArn"}), Step("DeleteDataset", {"DatasetArn": "$CreateDataset.DatasetArn"}),
        Step("DescribeDataset", {"DatasetArn": "$CreateDataset.DatasetArn"}),
    ],
    "personalize": [
        Step("ListRecipes", {"maxResults": 3}), Step("CreateDatasetGroup", {"name": "shop"}), *_made("DatasetGroup", "datasetGroupArn"),
        *_imported("Items", "items.csv", "ITEM_ID", "GENRE", "PRICE"), *_imported("Users", "people.csv", "USER_ID", "AGE"), *_imported("Interactions", "seen.csv", "USER_ID", "ITEM_ID", "TIMESTAMP"), Step("ListDatasetImportJobs"), *_made("Schema", "schemaArn"), *_made("Dataset", "datasetArn"),
        Step("CreateEventTracker", {"name": "site", **_GROUP}), *_made("EventTracker", "eventTrackerArn"),
        Step("personalize-events:PutEvents", {"trackingId": "$CreateEventTracker.trackingId", "userId": "u1", "sessionId": "s", "eventList": [{"eventType": "view", "itemId": "i1", "sentAt": 1700000000}]}),
        Step("personalize-events:PutItems", {"datasetArn": "arn:aws:personalize:us-east-1:000000000000:dataset/shop/ITEMS", "items": [{"itemId": "i99", "properties": '{"genre": "Drama", "price": 1.5}'}]}),
        Step("personalize-events:PutUsers", {"datasetArn": "arn:aws:personalize:us-east-1:000000000000:dataset/shop/USERS", "users": [{"userId": "u99", "properties": '{"age": 7}'}]}),
        Step("personalize-events:PutActions", {"datasetArn": "arn:aws:personalize:us-east-1:000000000000:dataset/shop/ACTIONS", "actions": [{"actionId": "a1", "properties": "{}"}]}),
        Step("personalize-events:PutActionInteractions", {"trackingId": "$CreateEventTracker.trackingId", "actionInteractions": [{"actionId": "a1", "userId": "u1", "sessionId": "s", "timestamp": 1700000000, "eventType": "Taken"}]}),
        Step("CreateSolution", {"name": "likes", **_GROUP, "recipeArn": f"{_RECIPE}aws-user-personalization-v2"}), *_made("Solution", "solutionArn"),
        Step("CreateSolutionVersion", {"solutionArn": "$CreateSolution.solutionArn"}), Step("DescribeSolutionVersion", {"solutionVersionArn": "$CreateSolutionVersion.solutionVersionArn"}, until="solutionVersion.status"), Step("ListSolutionVersions"), Step("GetSolutionMetrics", {"solutionVersionArn": "$CreateSolutionVersion.solutionVersionArn"}),
        Step("StopSolutionVersionCreation", {"solutionVersionArn": "$CreateSolutionVersion.solutionVersionArn"}),
        Step("CreateCampaign", {"name": "front", "solutionVersionArn": "$CreateSolutionVersion.solutionVersionArn"}), *_made("Campaign", "campaignArn"), Step("UpdateCampaign", {"campaignArn": "$CreateCampaign.campaignArn", "minProvisionedTPS": 2}),
        Step("CreateFilter", {"name": "fresh", **_GROUP, "filterExpression": 'EXCLUDE ItemID WHERE Items.GENRE IN ("Drama")'}), *_made("Filter", "filterArn"),
        Step("personalize-runtime:GetRecommendations", {"campaignArn": "$CreateCampaign.campaignArn", "userId": "u1", "numResults": 3, "filterArn": "$CreateFilter.filterArn"}), Step("personalize-runtime:GetPersonalizedRanking", {"campaignArn": "$CreateCampaign.campaignArn", "userId": "u1", "inputList": ["i1", "i2"]}),
        *(step for sort, key in (("Inference", "users.jsonl"), ("Segment", "likes.jsonl")) for step in (
            Step(f"CreateBatch{sort}Job", {"jobName": "all", "solutionVersionArn": "$CreateSolutionVersion.solutionVersionArn", "jobInput": {"s3DataSource": {"path": f"s3://awsml-local/{key}"}}, "jobOutput": {"s3DataDestination": {"path": "s3://awsml-local/out/"}}, "roleArn": ROLE}),
            *_made(f"Batch{sort}Job", f"batch{sort}JobArn", until=f"batch{sort}Job.status"))),
        Step("CreateRecommender", {"name": "top", **_GROUP, "recipeArn": f"{_RECIPE}aws-ecomm-popular-items-by-views"}), Step("ListRecommenders"), Step("DescribeRecommender", {"recommenderArn": "arn:aws:personalize:us-east-1:000000000000:recommender/top"}), Step("StopRecommender", {"recommenderArn": "arn:aws:personalize:us-east-1:000000000000:recommender/top"}),
        Step("StartRecommender", {"recommenderArn": "arn:aws:personalize:us-east-1:000000000000:recommender/top"}), Step("DeleteRecommender", {"recommenderArn": "arn:aws:personalize:us-east-1:000000000000:recommender/top"}), Step("ListMetricAttributions"),
        Step("DeleteCampaign", {"campaignArn": "$CreateCampaign.campaignArn"}), Step("DeleteFilter", {"filterArn": "$CreateFilter.filterArn"}), Step("DeleteEventTracker", {"eventTrackerArn": "$CreateEventTracker.eventTrackerArn"}), Step("DeleteSolution", {"solutionArn": "$CreateSolution.solutionArn"}),
        Step("DeleteDatasetGroup", _GROUP), Step("DeleteDataset", {"datasetArn": "$CreateDataset.datasetArn"}), Step("DeleteSchema", {"schemaArn": "$CreateSchema.schemaArn"}),
    ],
    "sagemaker": [
        Step("CreateTrainingJob", means.training("mean", Tags=[{"Key": "a", "Value": "b"}])), Step("CreateTrainingJob", means.training("mean")),
        Step("DescribeTrainingJob", _MEAN, until="TrainingJobStatus"), Step("ListTrainingJobs", {"StatusEquals": "Completed"}), Step("StopTrainingJob", _MEAN),
        Step("AddTags", {**_TAGGED, "Tags": [{"Key": "c", "Value": "d"}]}), Step("DeleteTags", {**_TAGGED, "TagKeys": ["a"]}), Step("ListTags", _TAGGED),
        Step("CreateModel", means.model("mean", "$DescribeTrainingJob.ModelArtifacts.S3ModelArtifacts")), Step("CreateModel", means.model("mean")), Step("DescribeModel", {"ModelName": "mean"}), Step("ListModels"),
        Step("CreateEndpointConfig", means.config("mean", "mean")), Step("DescribeEndpointConfig", {"EndpointConfigName": "mean"}), Step("ListEndpointConfigs"),
        Step("CreateEndpoint", {**_MEANS, "EndpointConfigName": "mean"}), Step("DescribeEndpoint", _MEANS, until="EndpointStatus"), Step("ListEndpoints"), Step("ListInferenceComponents"),
        Step("sagemaker-runtime:InvokeEndpoint", {**_MEANS, "Body": "[1, 2]", "ContentType": "application/json"}, {"Body": "numbers"}, out=True),
        Step("UpdateEndpoint", {**_MEANS, "EndpointConfigName": "mean"}), Step("DescribeEndpoint", _MEANS, until="EndpointStatus"), Step("DeleteEndpoint", _MEANS), Step("DescribeEndpoint", _MEANS),
        Step("CreateTransformJob", means.transform("mean", "mean")), Step("DescribeTransformJob", {"TransformJobName": "mean"}, until="TransformJobStatus"), Step("ListTransformJobs"), Step("StopTransformJob", {"TransformJobName": "mean"}),
        Step("DeleteEndpointConfig", {"EndpointConfigName": "mean"}), Step("DeleteModel", {"ModelName": "mean"}), Step("DeleteTrainingJob", _MEAN), Step("DescribeTrainingJob", _MEAN), Step("CreateTrainingJob", means.training("-")),
    ],
}  # fmt: skip

"""The services' documented limits, each in its right unit, with its source.

The command line checks them before a call is paid for; `local/` enforces the same ones.
Bytes are of UTF-8; characters are code points.
"""

from __future__ import annotations

from typing import Final

# Amazon Transcribe, https://docs.aws.amazon.com/transcribe/latest/dg/limits-guidelines.html
TRANSCRIBE_MEDIA_BYTES: Final = 2 * 1024**3
TRANSCRIBE_MEDIA_SECONDS: Final = 4 * 3600
TRANSCRIBE_SPEAKERS: Final = range(2, 31)
TRANSCRIBE_CHANNELS: Final = 2  # that are told apart
TRANSCRIBE_ALTERNATIVES: Final = range(2, 11)
TRANSCRIBE_LANGUAGE_OPTIONS: Final = range(2, 6)
TRANSCRIBE_FORMATS: Final = ("mp3", "mp4", "wav", "flac", "ogg", "amr", "webm", "m4a")
# of one TranscribeAudio, https://docs.aws.amazon.com/transcribe/latest/APIReference/API_SyncMedia.html
TRANSCRIBE_SYNC_BYTES: Final = 26_214_400  # sent with the request, before base64
TRANSCRIBE_SYNC_OBJECT_BYTES: Final = 500 * 1024**2  # lying in S3
TRANSCRIBE_SYNC_SECONDS: Final = (0.5, 3600)
TRANSCRIBE_SYNC_LANGUAGES: Final = (
    *("en-US", "en-AB", "en-AU", "en-GB", "en-IE", "en-IN", "en-WL", "en-ZA", "en-NZ", "es-US", "es-ES", "es-MX"),
    *("fr-FR", "fr-CA", "it-IT", "de-DE", "de-CH", "ja-JP", "pt-BR", "pt-PT", "zh-CN", "zh-TW", "zh-HK", "ko-KR"),
)

# Amazon Polly, https://docs.aws.amazon.com/polly/latest/dg/limits.html
POLLY_BILLED_CHARACTERS: Final = 3_000  # of one SynthesizeSpeech, SSML tags not counted
POLLY_CHARACTERS: Final = 6_000  # of one SynthesizeSpeech, tags and all
POLLY_LEXICONS: Final = 5
POLLY_TASK_BILLED_CHARACTERS: Final = 100_000
POLLY_TASK_CHARACTERS: Final = 200_000
POLLY_OUTPUT_SECONDS: Final = 600  # one answer is cut off there, silently
POLLY_BREAK_SECONDS: Final = 10  # of one <break>
POLLY_CONCURRENT: Final = {"standard": 80, "neural": 18, "long-form": 26, "generative": 26}

# Amazon Translate, https://docs.aws.amazon.com/translate/latest/dg/what-is-limits.html
TRANSLATE_TEXT_BYTES: Final = 10_000  # the model says 10,000 characters; the service counts bytes

# Amazon Comprehend, https://docs.aws.amazon.com/comprehend/latest/dg/guidelines-and-limits.html
COMPREHEND_BATCH_DOCUMENTS: Final = 25  # of one BatchDetect*; not in the service's model
COMPREHEND_DOCUMENT_BYTES: Final = 5_000  # of one document: sentiment, targeted sentiment, syntax, every batch
COMPREHEND_LONG_DOCUMENT_BYTES: Final = 100_000  # one document alone: entities, key phrases, language, PII, classes
COMPREHEND_TOXIC_SEGMENTS: Final = 10  # of one DetectToxicContent
COMPREHEND_TOXIC_SEGMENT_BYTES: Final = 1_000
COMPREHEND_LANGUAGES: Final = ("en", "es", "fr", "de", "it", "pt", "ar", "hi", "ja", "ko", "zh", "zh-TW")
COMPREHEND_SYNTAX_LANGUAGES: Final = ("en", "es", "fr", "de", "it", "pt")
COMPREHEND_PII_LANGUAGES: Final = ("en", "es")
COMPREHEND_TOXIC_LANGUAGES: Final = ("en",)

# Amazon Comprehend Medical, https://docs.aws.amazon.com/comprehend-medical/latest/dev/comprehendmedical-quotas.html
MEDICAL_CHARACTERS: Final = 20_000  # of one DetectEntitiesV2 or DetectPHI; code points
MEDICAL_INFER_CHARACTERS: Final = 10_000  # of one InferICD10CM, InferRxNorm or InferSNOMEDCT

# Amazon Textract, https://docs.aws.amazon.com/textract/latest/dg/limits-document.html
TEXTRACT_BYTES: Final = 10 * 1024**2  # of one synchronous call, and of a PNG or JPEG anywhere
TEXTRACT_JOB_BYTES: Final = 500 * 1024**2  # of a PDF or TIFF in a job
TEXTRACT_JOB_PAGES: Final = 3_000
TEXTRACT_PIXELS: Final = 10_000  # of a picture's side
TEXTRACT_POINTS: Final = 9_000  # of a PDF page's side: 125 inches
TEXTRACT_QUERIES: Final = 15  # of one page, synchronous
TEXTRACT_JOB_QUERIES: Final = 30  # of one page, in a job
TEXTRACT_QUERY_CHARACTERS: Final = 200
TEXTRACT_RESULTS: Final = 1_000  # blocks of one answer about a job
TEXTRACT_LENDING_RESULTS: Final = 30  # pages of one answer about a lending job
TEXTRACT_INSIGHTS_BLUEPRINTS: Final = 1_000  # of one job: the model's BlueprintItems
TEXTRACT_FORMATS: Final = ("pdf", "png", "jpg", "jpeg", "tif", "tiff", "heic", "heif", "webp", "gif", "bmp")

# Amazon Rekognition, https://docs.aws.amazon.com/rekognition/latest/dg/limits.html
REKOGNITION_BYTES: Final = 5 * 1024**2  # of a picture sent with the request, before base64
REKOGNITION_OBJECT_BYTES: Final = 15 * 1024**2  # of a picture lying in S3
REKOGNITION_SIDE: Final = range(80, 10_001)  # pixels of a picture's sides
REKOGNITION_PPE_BYTES: Final = 4 * 1024**2
REKOGNITION_PPE_SIDE: Final = range(64, 4_097)
# https://docs.aws.amazon.com/rekognition/latest/customlabels-dg/limits.html
REKOGNITION_CUSTOM_BYTES: Final = 4 * 1024**2
REKOGNITION_CUSTOM_SIDE: Final = range(64, 4_097)
REKOGNITION_FOUND: Final = {"TextDetections": 100, "Persons": 15, "FaceDetails": 100}  # of one picture: words, …
REKOGNITION_AREAS: Final = 10  # regions of interest of one DetectText
REKOGNITION_FILTERS: Final = 100  # names in one filter of DetectLabels; the model
REKOGNITION_COLOURS: Final = 20  # dominant colours of one answer; the model
REKOGNITION_FACES: Final = 4_096  # of one search, one page of a list, one DeleteFaces; the model
REKOGNITION_USERS: Final = 500  # of one search for users, and of a page of their list; the model
REKOGNITION_ASSOCIATED: Final = 100  # faces of one AssociateFaces; the model
REKOGNITION_PICTURES: Final = ("png", "jpg", "jpeg", "heic", "heif", "webp", "gif", "bmp", "tif", "tiff")
# Amazon Rekognition, stored video, https://docs.aws.amazon.com/rekognition/latest/dg/limits.html and video.html
REKOGNITION_VIDEO_BYTES: Final = 10 * 1024**3
REKOGNITION_VIDEO_SECONDS: Final = 6 * 3600
REKOGNITION_VIDEO_RESULTS: Final = 1_000  # entries of one answer about a job
REKOGNITION_VIDEO_AREAS: Final = 10  # of text detection
REKOGNITION_VIDEO_FILTERS: Final = 100  # names of each sort, for labels
REKOGNITION_VIDEO_FORMATS: Final = ("mp4", "mov", "m4v")
# Custom Labels, https://docs.aws.amazon.com/rekognition/latest/customlabels-dg/limits.html and md-prepare-images.html
CUSTOM_LABELS_PICTURE_BYTES: Final = 15 * 1024**2
CUSTOM_LABELS_PICTURES: Final = range(10, 250_001)  # of one training
CUSTOM_LABELS_LABELS: Final = 250
# bulk analysis, https://docs.aws.amazon.com/rekognition/latest/dg/bulk-analysis.html
MEDIA_ANALYSIS_PICTURES: Final = 10_000  # of one job

# https://docs.aws.amazon.com/translate/latest/dg/what-is-limits.html
TERMINOLOGY_BYTES: Final = 10 * 1024 * 1024
TERMINOLOGY_TERM_BYTES: Final = 200
TERMINOLOGY_TARGETS: Final = 10  # languages
# TranslateDocument; the model says 102,400, the documents 100,000
TRANSLATE_DOCUMENT_BYTES: Final = 100_000
TRANSLATE_JOB_TARGETS: Final = 10  # languages
PARALLEL_DATA_BYTES: Final = 5 * 1024**3

# Amazon Lex V2, https://docs.aws.amazon.com/lexv2/latest/dg/quotas.html
LEX_TEXT_CHARACTERS: Final = 1_024  # of one turn; code units of UTF-16
LEX_SPEECH_SECONDS: Final = 55  # of one utterance
LEX_PARALLEL_BUILDS: Final = 5  # of locales in an account
LEX_CONVERSATIONS: Final = 50  # in text, with one alias at the same time
LEX_TEST_CONVERSATIONS: Final = 2  # with the alias for tests
# Amazon Braket, https://docs.aws.amazon.com/braket/latest/developerguide/braket-quotas.html
BRAKET_BUCKET_PREFIX: Final = "amazon-braket-"  # the only buckets that Braket writes results into
BRAKET_SHOTS: Final = 100_000  # of a task of the simulators; QPUs have less, and say how many
BRAKET_ACTION_BYTES: Final = 3 * 1024**2  # of one CreateQuantumTask

# Amazon A2I, https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UiTemplate.html and
# https://docs.aws.amazon.com/augmented-ai/2019-11-07/APIReference/API_HumanLoopInput.html
A2I_TEMPLATE_CHARACTERS: Final = 128_000
A2I_INPUT_CHARACTERS: Final = 3_145_728
# Amazon Forecast, https://docs.aws.amazon.com/forecast/latest/dg/limits.html
FORECAST_HORIZON: Final = 500  # steps of an AutoPredictor, and at most a quarter of the longest series
FORECAST_HORIZON_SHARE: Final = {"auto": 1 / 4, "deep": 1 / 3, "other": 1.0}  # of the longest series
FORECAST_QUANTILES: Final = 5
FORECAST_DIMENSIONS: Final = 10
FORECAST_TARGET_COLUMNS: Final = 13
FORECAST_RELATED_COLUMNS: Final = 25
FORECAST_ITEM_COLUMNS: Final = 10
FORECAST_FILE_BYTES: Final = 30 * 1024**3
FORECAST_SERIES: Final = 5_000_000
FORECAST_FORECASTS: Final = 10  # of an account, unless more were granted
FORECAST_DOMAINS: Final = {  # what each calls the value
    "CUSTOM": "target_value",
    "RETAIL": "demand",
    "INVENTORY_PLANNING": "demand",
    "EC2_CAPACITY": "number_of_instances",
    "WORK_FORCE": "workforce_demand",
    "WEB_TRAFFIC": "value",
    "METRICS": "metric_value",
}
# Amazon Personalize, https://docs.aws.amazon.com/personalize/latest/dg/limits.html
PERSONALIZE_INTERACTIONS: Final = 1_000  # that a training needs, after any filter by event type or value
PERSONALIZE_USERS: Final = 25  # that a training needs, with two interactions each
PERSONALIZE_ID: Final = 256  # characters of a user's or an item's id
PERSONALIZE_CATEGORY: Final = 1_000  # characters of a categorical value or an impression
PERSONALIZE_EVENT_TYPES: Final = 10  # event types and metadata columns of interactions, together
PERSONALIZE_EVENTS: Final = 10  # of one PutEvents; items of PutItems, users of PutUsers
PERSONALIZE_NAME: Final = 63  # characters of a name
PERSONALIZE_RESULTS: Final = 500  # items of one GetRecommendations, and of a ranking
PERSONALIZE_FULL_BYTES: Final = 100 * 1024**3
PERSONALIZE_INCREMENTAL_BYTES: Final = 1024**3
# Amazon SageMaker: CreateTrainingJob's model, and
# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
SAGEMAKER_HYPERPARAMETERS: Final = 100
SAGEMAKER_HYPERPARAMETER_CHARACTERS: Final = 2_500  # of a value; the documents still say 256
SAGEMAKER_CHANNELS: Final = 20
SAGEMAKER_ATTRIBUTES: Final = 16  # of an augmented manifest: the model's AttributeNames
SAGEMAKER_METRICS: Final = 40
SAGEMAKER_PREFERRED: Final = 5  # types of machine, of which the first that can be had is taken
SAGEMAKER_KEEP_ALIVE_SECONDS: Final = 21_600  # that machines stay warm
SAGEMAKER_PENDING_SECONDS: Final = range(1_800, 28 * 86_400 + 1)  # that a training waits for machines
SAGEMAKER_VARIABLES: Final = 100  # of a training's environment
SAGEMAKER_VARIABLE_CHARACTERS: Final = 512  # of a name, and of a value
SAGEMAKER_RUN_SECONDS: Final = 28 * 86_400
SAGEMAKER_STOP_SECONDS: Final = 120  # between SIGTERM and SIGKILL of a training
SAGEMAKER_SERVE_STOP_SECONDS: Final = 30  # of a server
SAGEMAKER_FAILURE_CHARACTERS: Final = 1_024
SAGEMAKER_INVOKE_BYTES: Final = 6_291_456  # of a request to an endpoint
# https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html
SAGEMAKER_SERVERLESS_IMAGE_BYTES: Final = 10 * 1024**3
# CreateTransformJob's model, and https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTransformJob.html
SAGEMAKER_TRANSFORM_PAYLOAD_MB: Final = 100  # of a request, and of all that go at the same time
SAGEMAKER_TRANSFORM_VARIABLES: Final = 16
# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateHyperParameterTuningJob.html and
# https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-limits.html
SAGEMAKER_TUNING_NAME: Final = 32
SAGEMAKER_TUNING_RANGES: Final = 30
SAGEMAKER_TUNING_VALUES: Final = 30  # of a range of words
SAGEMAKER_TUNING_PARENTS: Final = 5
SAGEMAKER_TUNING_ENVIRONMENT: Final = 48
# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateProcessingJob.html
SAGEMAKER_PROCESSING_PLACES: Final = 10  # inputs, and outputs
SAGEMAKER_PROCESSING_ARGUMENTS: Final = 100
SAGEMAKER_PROCESSING_SECONDS: Final = 5 * 86_400
# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StartPipelineExecution.html
SAGEMAKER_PIPELINE_PARAMETERS: Final = 200
# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackage.html
SAGEMAKER_PACKAGE_DESCRIPTION: Final = 1_024  # characters, of a reason too
SAGEMAKER_PACKAGE_PROPERTIES: Final = 50
SAGEMAKER_PACKAGE_PROPERTY: Final = 128  # characters of its name
SAGEMAKER_PACKAGE_PROPERTY_VALUE: Final = 256
SAGEMAKER_PACKAGE_TOKEN: Final = 36  # characters of what makes a call the same call

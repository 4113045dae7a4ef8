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
TEXTRACT_FORMATS: Final = ("pdf", "png", "jpg", "jpeg", "tif", "tiff", "heic", "heif", "webp", "gif", "bmp")

# https://docs.aws.amazon.com/translate/latest/dg/what-is-limits.html
TERMINOLOGY_BYTES: Final = 10 * 1024 * 1024
TERMINOLOGY_TERM_BYTES: Final = 200
TERMINOLOGY_TARGETS: Final = 10  # languages
# TranslateDocument; the model says 102,400, the documents 100,000
TRANSLATE_DOCUMENT_BYTES: Final = 100_000
TRANSLATE_JOB_TARGETS: Final = 10  # languages
PARALLEL_DATA_BYTES: Final = 5 * 1024**3

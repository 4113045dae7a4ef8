"""The figures of AWS's limits that its models leave out or give in another unit, each with its source.

`model` means botocore 1.44.5; `documents` AWS's own pages, as read in November 2026.
"""

from __future__ import annotations

TRANSLATE_TEXT_BYTES = (
    10_000  # UTF-8 bytes, though the model says characters: documents, Translate guidelines and limits
)
TRANSLATE_DOCUMENT_BYTES = 102_400  # model, Document$Content

POLLY_BILLED_CHARACTERS = 3_000  # SSML tags are free: documents, Polly quotas
POLLY_TOTAL_CHARACTERS = 6_000  # tags and all: documents, Polly quotas
POLLY_TASK_BILLED_CHARACTERS = 100_000  # documents, Polly quotas
POLLY_TASK_TOTAL_CHARACTERS = 200_000  # documents, Polly quotas
POLLY_SECONDS = 600  # one answer's speech; what is longer is cut off without a word: documents, Polly quotas
POLLY_BREAK_SECONDS = 10  # documents, Polly SSML tags
POLLY_LEXICONS = 100  # documents, Polly quotas

# OutputFormat -> sample rates of SynthesizeSpeech: model, SynthesizeSpeechInput$SampleRate
POLLY_SAMPLE_RATES = {
    "mp3": (8000, 16000, 22050, 24000, 44100, 48000),
    "ogg_vorbis": (8000, 16000, 22050, 24000, 44100, 48000),
    "pcm": (8000, 16000),
    "ogg_opus": (48000,),
    "mulaw": (8000,),
    "alaw": (8000,),
    "json": (8000, 16000, 22050, 24000, 44100, 48000),
}

TRANSCRIPT_ADDRESS_SECONDS = 900  # how long the link to a service-held transcript works: documents, Transcribe output
TRANSCRIBE_MEDIA_BYTES = 2_000_000_000  # documents, Transcribe quotas
TRANSCRIBE_LIST_PAGE = 5  # jobs in an answer without MaxResults: model, ListTranscriptionJobsRequest$MaxResults

COMPREHEND_BATCH_DOCUMENTS = 25  # documents, Comprehend guidelines and quotas; not in the model
COMPREHEND_DOCUMENT_BYTES = 5_000  # of one document, UTF-8: documents, Comprehend guidelines and quotas
COMPREHEND_BYTES = {  # where one document alone may be longer: documents, Comprehend guidelines and quotas
    "DetectDominantLanguage": 100_000,
    "DetectEntities": 100_000,
    "DetectKeyPhrases": 100_000,
    "DetectPiiEntities": 100_000,
    "ContainsPiiEntities": 100_000,
    "ClassifyDocument": 100_000,
    "DetectToxicContent": 1_000,  # of one segment
}
COMPREHEND_TOXIC_SEGMENTS = 10  # documents, Comprehend trust and safety
COMPREHEND_TOXIC_BYTES = 10_000  # of all segments together

MEDICAL_CHARACTERS = {"DetectEntitiesV2": 20_000, "DetectPHI": 20_000}  # model, BoundedLengthString$max
MEDICAL_INFER_CHARACTERS = 10_000  # model, OntologyLinkingBoundedLengthString$max

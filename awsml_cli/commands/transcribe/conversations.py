"""`awsml transcribe call`, `medical` and `scribe`: recordings of calls and consultations, analysed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from awsml_cli.cli import options
from awsml_cli.cli import transcript_options as transcript
from awsml_cli.cli.transcript_options import LookOptions
from awsml_cli.commands.transcribe.group import FORMATS, app
from awsml_cli.commands.transcribe.running import MediaArgument, over_jobs, recordings
from awsml_cli.core.record import Listing, Many
from awsml_cli.core.session import Session
from awsml_cli.services import transcribe as service

KmsOption = Annotated[
    str | None, typer.Option("--kms-key", metavar="KEY", help="Encrypt what Transcribe writes with this key.")
]
RoleOption = Annotated[str | None, typer.Option("--role", metavar="ARN", help="Role that Transcribe works in.")]
SpeakersOption = Annotated[
    int | None, typer.Option("--speakers", metavar="[=N]", help="Tell speakers apart, N of them at the most.")
]
ChannelsOption = Annotated[bool, typer.Option("--channels", help="Tell the two channels of stereo apart.")]
VocabularyOption = Annotated[str | None, typer.Option("--vocabulary", metavar="NAME", help="Use this vocabulary.")]


@app.command(
    formats=FORMATS,
    keeps=True,
    many=True,
    bare={"--redact": "ALL"},
    examples="""
    awsml transcribe call recordings/ -o summaries/ -f md --summary
    awsml transcribe call call.wav --agent 1 --language en-US --redact
    awsml transcribe call call.wav -f json | jq -r '.details.categories.matched_categories[]'""",
)
def call(
    session: Session,
    media: MediaArgument = None,
    *,
    agent: Annotated[int, typer.Option("--agent", metavar="0|1", help="The channel on which the agent speaks.")] = 0,
    language: options.LanguageOption = "auto",
    candidate: Annotated[
        list[str] | None, typer.Option("--candidate", metavar="CODE", help="A language it may be in; may be repeated.")
    ] = None,
    summary: Annotated[bool, typer.Option("--summary", help="Have a summary written (English).")] = False,
    vocabulary: Annotated[
        list[str] | None,
        typer.Option("--vocabulary", metavar="[CODE=]NAME", help="Use this vocabulary; CODE is a candidate's."),
    ] = None,
    vocabulary_filter: Annotated[
        list[str] | None,
        typer.Option("--vocabulary-filter", metavar="[CODE=]NAME", help="Use this filter of words."),
    ] = None,
    filter_method: Annotated[
        str | None, typer.Option("--filter-method", help="What the filter does: mask, remove or tag.")
    ] = None,
    language_model: Annotated[
        list[str] | None, typer.Option("--language-model", metavar="[CODE=]NAME", help="Use this language model.")
    ] = None,
    hint: Annotated[
        list[str] | None,
        typer.Option("--hint", metavar="WORD", help="Expect this word or name; may be repeated."),
    ] = None,
    vocab: Annotated[
        Path | None, typer.Option("--vocab", metavar="FILE", help="Expect the words of FILE: a list, or a table.")
    ] = None,
    redact: Annotated[
        str | None,
        typer.Option(
            "--redact", metavar="[=TYPES]", help="Redact personal information: all of it, or NAME,PHONE and so on."
        ),
    ] = None,
    kms_key: KmsOption = None,
    role: RoleOption = None,
    bucket: options.BucketOption = None,
    look: LookOptions,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
    jobs: options.JobsOption = 4,
    files_from: options.FilesFromOption = None,
    null: options.NullOption = False,
) -> Many | Listing:
    """Analyse calls of two channels with Call Analytics: turns, sentiment, categories, a summary."""
    asked = {
        "agent": agent,
        "language": language,
        "languages": tuple(candidate or ()),
        "summary": summary,
        "vocabulary": tuple(vocabulary or ()),
        "vocabulary_filter": tuple(vocabulary_filter or ()),
        "filter_method": filter_method,
        "language_model": tuple(language_model or ()),
        "hints": tuple(hint or ()),
        "words_file": ("\n".join(transcript.lines(vocab)), str(vocab)) if vocab else (None, ""),
        "redact": tuple(code.strip().upper() for code in (redact or "").split(",") if code.strip()),
        "kms_key": kms_key,
        "role": role,
    }
    wanted = service.call_options(session, asked)
    found = recordings(media, files_from, null=null)
    shown = service.Look(**look)
    return over_jobs(session, found, wanted, look=shown, bucket=bucket, timeout=timeout, wait=wait, jobs=jobs)


@app.command(
    formats=FORMATS,
    keeps=True,
    many=True,
    bare={"--speakers": "10"},
    examples="""
    awsml transcribe medical visit.wav --speakers=2
    awsml transcribe medical recordings/*.mp3 --type dictation -o out/
    awsml transcribe medical visit.wav | awsml medical entities""",
)
def medical(
    session: Session,
    media: MediaArgument = None,
    *,
    kind: Annotated[
        str, typer.Option("--type", help="What is spoken: a conversation, or a dictation.")
    ] = "conversation",
    speakers: SpeakersOption = None,
    channels: ChannelsOption = False,
    vocabulary: Annotated[
        str | None, typer.Option("--vocabulary", metavar="NAME", help="Use this medical vocabulary.")
    ] = None,
    phi: Annotated[bool, typer.Option("--phi", help="Mark personal health information (-f raw).")] = False,
    alternatives: Annotated[
        int | None, typer.Option("--alternatives", metavar="N", help="Give up to N readings (2 to 10; -f raw).")
    ] = None,
    kms_key: KmsOption = None,
    bucket: options.BucketOption = None,
    look: LookOptions,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
    jobs: options.JobsOption = 4,
    files_from: options.FilesFromOption = None,
    null: options.NullOption = False,
) -> Many | Listing:
    """Transcribe consultations and dictations with Transcribe Medical (US English, primary care)."""
    wanted = service.MedicalOptions(
        speakers=speakers,
        channels=channels,
        vocabulary=vocabulary,
        kms_key=kms_key,
        kind=kind.lower(),
        phi=phi,
        alternatives=alternatives,
    )
    wanted.check()
    found = recordings(media, files_from, null=null)
    shown = service.Look(**look)
    return over_jobs(session, found, wanted, look=shown, bucket=bucket, timeout=timeout, wait=wait, jobs=jobs)


@app.command(
    formats=FORMATS,
    keeps=True,
    many=True,
    examples="""
    awsml transcribe scribe visit.wav --role arn:aws:iam::123456789012:role/scribe
    awsml transcribe scribe visit.wav --role arn:aws:iam::123456789012:role/scribe --channels --template GIRPP -f md
    awsml transcribe scribe visit.wav --role arn:aws:iam::123456789012:role/scribe | awsml translate --to es""",
)
def scribe(
    session: Session,
    media: MediaArgument = None,
    *,
    speakers: SpeakersOption = None,
    channels: ChannelsOption = False,
    clinician: Annotated[
        int | None,
        typer.Option("--clinician", metavar="0|1", help="With --channels, the channel on which the clinician speaks."),
    ] = None,
    template: Annotated[
        str | None, typer.Option("--template", help=f"What the note looks like: {', '.join(service.TEMPLATES)}.")
    ] = None,
    pronouns: Annotated[
        str | None, typer.Option("--pronouns", help=f"The patient's: {', '.join(service.PRONOUNS)}.")
    ] = None,
    vocabulary: VocabularyOption = None,
    vocabulary_filter: Annotated[
        str | None, typer.Option("--vocabulary-filter", metavar="NAME", help="Use this filter of words.")
    ] = None,
    filter_method: Annotated[
        str | None, typer.Option("--filter-method", help="What the filter does: mask, remove or tag.")
    ] = None,
    kms_key: KmsOption = None,
    role: RoleOption = None,
    bucket: options.BucketOption = None,
    look: LookOptions,
    timeout: options.TimeoutOption = None,
    wait: options.WaitOption = True,
    jobs: options.JobsOption = 4,
    files_from: options.FilesFromOption = None,
    null: options.NullOption = False,
) -> Many | Listing:
    """Write the clinical note of a consultation with AWS HealthScribe; -f md has the conversation, too."""
    wanted = service.ScribeOptions(
        speakers=speakers,
        channels=channels,
        clinician=clinician,
        template=template,
        pronouns=pronouns,
        vocabulary=vocabulary,
        vocabulary_filter=vocabulary_filter,
        filter_method=filter_method,
        kms_key=kms_key,
        role=role or session.config.role,
    )
    wanted.check()
    found = recordings(media, files_from, null=null)
    shown = service.Look(**look)
    return over_jobs(session, found, wanted, look=shown, bucket=bucket, timeout=timeout, wait=wait, jobs=jobs)

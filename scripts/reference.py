"""The pages of `docs/reference/`, from the program's own words; what only a person can say stands in the tables here.

A format, setting or exit code without its words is an error that says where to write them, so no table falls behind.
"""

from __future__ import annotations

import inspect
from dataclasses import fields
from pathlib import Path

from tree import Command, Parameter, commands, commands_of, formats_of

from awsml_cli.cli.destination import EXTENSIONS
from awsml_cli.cli.options import COMMON_FORMATS
from awsml_cli.core import config, errors
from awsml_cli.main import GROUPS

MADE = "<!-- made by scripts/generate.py; change the program, not this page -->\n\n"

EXIT_CODES = {
    0: "Done. Also: nothing was found, or the reader of stdout left (`| head -1`).",
    1: "A bug in `awsml`. `--debug` shows the trace.",
    2: "Usage, or an input that cannot work: missing, unreadable, over a limit. Nothing was sent.",
    3: "Configuration: no credentials, region, bucket, role or local engine. The hint says what mends it.",
    4: "AWS refused, or the job failed. AWS's code, message and request id are shown.",
    5: "Some inputs of many failed; the others are done. `--errors FILE` collects the failed ones.",
    6: "The service or feature has been retired. The message names what took its place.",
    7: "A check that was asked for did not pass.",
    8: "`--timeout` passed. The job goes on, and its id is printed.",
    9: "The answer could not be written: disk full, no right.",
    130: "Interrupted (Ctrl-C). What goes on at AWS is named.",
    143: "Terminated (SIGTERM). What goes on at AWS is named.",
}

FORMATS = {
    "auto": "At a terminal: rows as a table, a text as itself. In a pipe: `text`.",
    "text": "A text as itself; rows one a line, fields parted by a TAB, no header.",
    "table": "A table for a person. Nothing is cut; cells wrap.",
    "json": "One object; for a list, or several inputs, one array.",
    "jsonl": "One object a line, as soon as it is there.",
    "csv": "A header and rows; the columns are those of `text`.",
    "tsv": "A header and rows, parted by a TAB; a TAB or line end inside a field becomes a space.",
    "yaml": "The same as `json`, in YAML.",
    "raw": "AWS's own answer with AWS's keys; for a transcription, the transcript document byte for byte.",
    "srt": "SubRip subtitles.",
    "vtt": "WebVTT subtitles; of a video, chapters.",
    "edl": "An edit decision list (CMX 3600), for cutting programs.",
    "md": "Markdown.",
    "docx": "A Word document.",
    "html": "A page of HTML.",
    "xlsx": "An Excel workbook.",
    "parquet": "A Parquet file.",
    "hocr": "hOCR: words with their places, for other tools.",
    "pdf": "A PDF.",
    "png": "A picture.",
    "zip": "A ZIP file.",
    "svg": "A drawing.",
    "folded": "Stacks of a profile, a line each, as flame graph tools take them.",
    "sarif": "Findings about code as SARIF 2.1.0, for code hosts and editors.",
    "alto": "ALTO XML: words with their places, for libraries and archives.",
    "mp3": "MPEG audio.",
    "ogg_vorbis": "Vorbis audio in Ogg.",
    "ogg_opus": "Opus audio in Ogg.",
    "pcm": "Signed 16-bit little-endian samples, one channel, no header.",
    "wav": "The same samples with a WAV header.",
    "mulaw": "8-bit mu-law samples, for telephones.",
    "alaw": "8-bit A-law samples, for telephones.",
}

SETTINGS = {
    "profile": "Profile of AWS's own configuration.",
    "region": "AWS region.",
    "endpoint_url": "Another address for AWS.",
    "bucket": "S3 bucket that inputs are staged in.",
    "role": "ARN of the role that AWS takes on for a job.",
    "local": "Answer from the engines on this machine instead of AWS.",
    "confirm_above": "At a terminal, ask before a run that costs more than this, in US dollars.",
    "cache_days": "Days that a kept answer lives.",
    "cache_bytes": "Bytes that the kept answers may take together.",
    "ca_bundle": "File of the certificates to trust.",
}


def pages() -> dict[str, str]:
    """Every page, by its path below `docs/reference/`."""
    everything = commands()
    shared = _shared(everything)
    made = {f"commands/{name}.md": _group(name, shared) for name in GROUPS}
    made["commands/index.md"] = _index(shared)
    made["exit-codes.md"] = _exit_codes()
    made["formats.md"] = _formats(everything)
    made["settings.md"] = _settings()
    return {path: MADE + text.strip() + "\n" for path, text in made.items()}


def _shared(everything: list[Command]) -> list[Parameter]:
    """The options that every command has."""
    first, *others = ([p for p in command.parameters if p.option] for command in everything)
    return [one for one in first if all(one in options for options in others)]


def _index(shared: list[Parameter]) -> str:
    groups = "\n".join(f"| [`awsml {name}`]({name}.md) | {_cell(text)} |" for name, text in GROUPS.items())
    return f"""# Commands

| group | |
| --- | --- |
{groups}

`awsml --version` shows the version; `-h` or `--help` after any command shows its help.

## Options of every command

{_table(shared)}
"""


def _group(name: str, shared: list[Parameter]) -> str:
    found = sorted(commands_of(name), key=lambda command: not command.default)
    return f"# awsml {name}\n\n{GROUPS[name]}\n\n" + "\n".join(_command(command, shared) for command in found)


def _command(command: Command, shared: list[Parameter]) -> str:
    text = f"## {command.name}\n\n{command.help}\n\n```\n{command.usage}\n```\n\n"
    if command.default:
        text += f"Its whole name is `awsml {' '.join(command.words)}`.\n\n"
    own = [one for one in command.parameters if one not in shared]
    if own:
        text += f"{_table(own)}\n\n"
    text += "And the [options of every command](index.md#options-of-every-command).\n"
    if command.examples:
        text += "\n```sh\n" + "\n".join(command.examples) + "\n```\n"
    return text


def _table(parameters: list[Parameter]) -> str:
    rows = "\n".join(f"| `{_cell(one.written)}` | {_cell(one.meaning)} |" for one in parameters)
    return f"| | |\n| --- | --- |\n{rows}"


def _exit_codes() -> str:
    classes = [
        one
        for one in vars(errors).values()
        if inspect.isclass(one) and issubclass(one, errors.AwsmlError) and one is not errors.AwsmlError
    ]
    meanings = {str(code): meaning for code, meaning in EXIT_CODES.items()}
    for one in classes:
        _words(meanings, str(one.exit_code), "exit code")
    rows = "\n".join(f"| {code} | {meaning} |" for code, meaning in EXIT_CODES.items())
    kinds = "\n".join(
        f"| {one.exit_code} | `{one.__name__}` | {_cell(inspect.getdoc(one) or '')} |"
        for one in sorted(classes, key=lambda one: one.exit_code)
    )
    return f"""# Exit codes

| code | meaning |
| --- | --- |
{rows}

An error is one sentence on stderr, `error: …`, then `hint: …` with what to do.

From Python, the same failures are these classes of `awsml_cli.core.errors`:

| code | class | |
| --- | --- | --- |
{kinds}
"""


def _formats(everything: list[Command]) -> str:
    common = "\n".join(f"| `{name}` | {_words(FORMATS, name, 'format')} |" for name in COMMON_FORMATS)
    endings = ", ".join(f"`.{ending}` (`{name}`)" for ending, name in EXTENSIONS.items())
    sharing: dict[tuple[str, ...], list[str]] = {}
    for command in everything:
        names = tuple(name for name in formats_of(command) if name not in COMMON_FORMATS)
        if names:
            sharing.setdefault(names, []).append(f"`{command.name}`")
    own = ""
    for names, users in sharing.items():
        rows = "\n".join(f"| `{name}` | {_words(FORMATS, name, 'format')} |" for name in names)
        own += f"\n{', '.join(users)}:\n\n| `-f` | |\n| --- | --- |\n{rows}\n"
    return f"""# Formats

`-f` names the format. Without it, the extension of `-o` does; without both it is `auto`.

## Of every command

| `-f` | |
| --- | --- |
{common}

`--query EXPR` (JMESPath) chooses a part of the record; with `-f raw`, of AWS's own answer.
An extension is the name of a format; besides: {endings}.

## Of some commands

Subtitles and the rows of a transcript's `csv` and `tsv` follow `--preset` and `--granularity`.
{own}"""


def _settings() -> str:
    defaults = {one.name: one.default for one in fields(config.Config)}
    rows = "\n".join(
        f"| `{name}` | {_words(SETTINGS, name, 'setting')} | {kind.__name__} | {_default(defaults[name])} "
        f"| `AWSML_{name.upper()}` |"
        for name, kind in config.SETTINGS.items()
    )
    trusted = ", ".join(f"`{name}`" for name in config.NEED_TRUST)
    return f"""# Settings

| setting | meaning | type | default | environment |
| --- | --- | --- | --- | --- |
{rows}

What is said later in this list wins:

1. the default;
2. your own file, `$XDG_CONFIG_HOME/awsml/config.toml` (`awsml config path` names it, `awsml config set` writes it);
3. `{config.PROJECT_FILE}` in the folder that you are in;
4. the environment; for the region, `AWSML_REGION`, then `AWS_REGION`, then `AWS_DEFAULT_REGION`;
5. the option of the command.

`awsml config ls` shows what holds, and where it comes from.

A project file comes with a checkout. {trusted} count there only after `awsml config trust`, and only as long as the
file stays as it was then. Credentials are AWS's own business: none is a setting.
"""


def _words(table: dict[str, str], name: str, kind: str) -> str:
    if name not in table:
        raise SystemExit(f"error: no words for the {kind} `{name}`\nhint: write them in {Path(__file__).name}")
    return table[name]


def _default(value: object) -> str:
    return "" if value is None else f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")

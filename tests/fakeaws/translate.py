"""Amazon Translate: a language in which every word carries the name of the language it is in.

`translation("Hello world.", "es")` is "Hello~es world~es."; into English the mark goes away, so that there and back is the same text.
The form shows what a program does to a text: pieces cut between words translate and join to just the translation of the whole,
a piece cut inside a word does not; all that is no word (blanks, digits, marks, tags, entities, translate="no") stays.
"""

from __future__ import annotations

import csv
import datetime
import functools
import io
import re
import zipfile
from collections.abc import Mapping
from typing import Any

from fakeaws import limits, wire
from fakeaws.core import Call, FakeAws
from fakeaws.faults import AwsError
from fakeaws.translate_jobs import Jobs

# documents: Translate, supported languages
LANGUAGES = dict(
    line.split("=")
    for line in [
        "af=Afrikaans",
        "sq=Albanian",
        "am=Amharic",
        "ar=Arabic",
        "hy=Armenian",
        "az=Azerbaijani",
        "bn=Bengali",
        "bs=Bosnian",
        "bg=Bulgarian",
        "ca=Catalan",
        "zh=Chinese",
        "zh-TW=Chinese_Traditional",
        "hr=Croatian",
        "cs=Czech",
        "da=Danish",
        "fa-AF=Dari",
        "nl=Dutch",
        "en=English",
        "et=Estonian",
        "fa=Farsi",
        "tl=Filipino",
        "fi=Finnish",
        "fr=French",
        "fr-CA=French_Canada",
        "ka=Georgian",
        "de=German",
        "el=Greek",
        "gu=Gujarati",
        "ht=Haitian_Creole",
        "ha=Hausa",
        "he=Hebrew",
        "hi=Hindi",
        "hu=Hungarian",
        "is=Icelandic",
        "id=Indonesian",
        "ga=Irish",
        "it=Italian",
        "ja=Japanese",
        "kn=Kannada",
        "kk=Kazakh",
        "ko=Korean",
        "lv=Latvian",
        "lt=Lithuanian",
        "mk=Macedonian",
        "ms=Malay",
        "ml=Malayalam",
        "mt=Maltese",
        "mr=Marathi",
        "mn=Mongolian",
        "no=Norwegian",
        "ps=Pashto",
        "pl=Polish",
        "pt=Portuguese",
        "pt-PT=Portuguese_Portugal",
        "pa=Punjabi",
        "ro=Romanian",
        "ru=Russian",
        "sr=Serbian",
        "si=Sinhala",
        "sk=Slovak",
        "sl=Slovenian",
        "so=Somali",
        "es=Spanish",
        "es-MX=Spanish_Mexico",
        "sw=Swahili",
        "sv=Swedish",
        "ta=Tamil",
        "te=Telugu",
        "th=Thai",
        "tr=Turkish",
        "uk=Ukrainian",
        "ur=Urdu",
        "uz=Uzbek",
        "vi=Vietnamese",
        "cy=Welsh",
    ]
)
_MARK = r"~[a-z]{2}(?:-[A-Z]{2})?(?![^\W\d_])"
_KEPT = r"<[^>\s]+[^>]*translate=[\"']no[\"'][^>]*>.*?</[^>]*>|<[^<>]*>|&#?\w+;"
_WORDS = re.compile(rf"(?P<kept>{_KEPT})|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)(?:{_MARK})?", re.DOTALL)
_SIGNS = (
    ("ja", r"[\u3040-\u30ff]"),
    ("ko", r"[\uac00-\ud7af]"),
    ("zh", r"[\u4e00-\u9fff]"),
    ("ru", r"[\u0400-\u04ff]"),
    ("ar", r"[\u0600-\u06ff]"),
    ("es", r"[ñ¿¡]|\b(?:el|los|las|una|que|está|hola)\b"),
    ("fr", r"\b(?:les|une|est|des|bonjour|vous|c'est)\b"),
    ("de", r"[ßäöü]|\b(?:der|und|das|ist|nicht|guten)\b"),
)


def translation(text: str, target: str, *, terms: Mapping[str, str] | None = None) -> str:
    """Translate TEXT into the language TARGET; TERMS are exact words and what they become."""

    def word(found: re.Match[str]) -> str:
        if found["kept"] is not None:
            return found[0]
        if terms and found["word"] in terms:
            return terms[found["word"]]
        return found["word"] if target == "en" else f"{found['word']}~{target}"

    return _WORDS.sub(word, text)


def language_of(text: str) -> str:
    """Detect the language of TEXT: by its marks, by its letters, by a few small words; else English."""
    marked = re.search(rf"[^\W\d_]({_MARK})", text)
    if marked:
        return marked[1][1:]
    return next((code for code, sign in _SIGNS if re.search(sign, text, re.IGNORECASE)), "en")


class Translate(Jobs):
    """Translations, documents, terminologies and jobs. `languages` may be changed by a test."""

    name = "translate"

    def __init__(self, aws: FakeAws) -> None:
        super().__init__(lambda text, target, names: translation(text, target, terms=self._named(names, target)))
        self.aws = aws
        self.languages = dict(LANGUAGES)
        self.terminologies: dict[str, dict[str, Any]] = {}

    def refuse_first(self, operation: str, params: Mapping[str, Any]) -> None:
        """Refuse what AWS refuses before it looks at the model: the size in bytes, whose figure the model gives as characters."""
        size = len(params.get("Text", "").encode())
        if operation == "TranslateText" and size > limits.TRANSLATE_TEXT_BYTES:
            raise AwsError(
                "TextSizeLimitExceededException",
                f"Input text size exceeds limit. Max length of request text allowed is {limits.TRANSLATE_TEXT_BYTES} bytes "
                f"while in this request the text size is {size} bytes",
            )

    def translate_text(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Translate a text."""
        answer = self._answer(params, params["Text"])
        terms = self._terms(params, answer["TargetLanguageCode"])
        answer["TranslatedText"] = translation(params["Text"], answer["TargetLanguageCode"], terms=terms)
        if answer.get("AppliedTerminologies"):
            used = [
                {"SourceText": word, "TargetText": target}
                for word, target in terms.items()
                if re.search(rf"\b{re.escape(word)}\b", params["Text"])
            ]
            answer["AppliedTerminologies"][0]["Terms"] = used
        return answer

    def translate_document(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Translate a document; one side must be English."""
        content = params["Document"]["Content"]
        word_file = "wordprocessingml" in params["Document"]["ContentType"]
        source_text = _unzipped(content)["word/document.xml"].decode() if word_file else content.decode()
        answer = self._answer(params, re.sub(r"<[^>]*>", " ", source_text))
        if "en" not in (answer["SourceLanguageCode"], answer["TargetLanguageCode"]):
            raise _unsupported(answer["SourceLanguageCode"], answer["TargetLanguageCode"])
        text = translation(
            source_text, answer["TargetLanguageCode"], terms=self._terms(params, answer["TargetLanguageCode"])
        )
        answer["TranslatedDocument"] = {"Content": _zipped(content, text.encode()) if word_file else text.encode()}
        return answer

    def list_languages(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List the languages, in pages."""
        names = [
            {"LanguageName": name.replace("_", " "), "LanguageCode": code}
            for code, name in sorted(self.languages.items())
        ]
        names.append({"LanguageName": "Auto", "LanguageCode": "auto"})
        first = int(params.get("NextToken", "0"))
        last = first + int(params.get("MaxResults", 500))
        answer = {"Languages": names[first:last], "DisplayLanguageCode": params.get("DisplayLanguageCode", "en")}
        return answer | ({"NextToken": str(last)} if last < len(names) else {})

    def import_terminology(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Keep a terminology; CSV and TSV only."""
        data = params["TerminologyData"]
        rows = list(
            csv.reader(
                io.StringIO(data["File"].decode("utf-8-sig")), delimiter="\t" if data["Format"] == "TSV" else ","
            )
        )
        if len(rows) < 2 or len(rows[0]) < 2:
            raise AwsError("InvalidParameterValueException", "The terminology file has no terms.")
        now = datetime.datetime.fromtimestamp(self.aws.clock.now(), datetime.UTC)
        about = {
            "Name": params["Name"],
            "Arn": f"arn:aws:translate:{call.region}:{wire.ACCOUNT}:terminology/{params['Name']}/LATEST",
            "SourceLanguageCode": rows[0][0],
            "TargetLanguageCodes": rows[0][1:],
            "SizeBytes": len(data["File"]),
            "TermCount": len(rows) - 1,
            "CreatedAt": now,
            "LastUpdatedAt": now,
            "Directionality": data.get("Directionality", "UNI"),
            "Format": data["Format"],
        }
        self.terminologies[params["Name"]] = {"about": about, "rows": rows, "file": data["File"]}
        return {"TerminologyProperties": about}

    def get_terminology(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Describe a terminology, with a link to its file."""
        kept = self._terminology(params["Name"])
        root = (
            self.aws.web_root or f"https://aws-translate-terminology-prod-{call.region}.s3.{call.region}.amazonaws.com"
        )
        address = f"{root}/{params['Name']}.csv"
        self.aws.web[address] = kept["file"]
        location = {"RepositoryType": "S3", "Location": f"{address}?X-Amz-Signature=fake"}
        return {"TerminologyProperties": kept["about"], "TerminologyDataLocation": location}

    def list_terminologies(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """List terminologies, in pages."""
        kept = [entry["about"] for entry in self.terminologies.values()]
        first = int(params.get("NextToken", "0"))
        last = first + int(params.get("MaxResults", 100))
        return {"TerminologyPropertiesList": kept[first:last]} | ({"NextToken": str(last)} if last < len(kept) else {})

    def delete_terminology(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Forget a terminology."""
        self._terminology(params["Name"])
        del self.terminologies[params["Name"]]
        return {}

    def _answer(self, params: Mapping[str, Any], text: str) -> dict[str, Any]:
        source, target = params["SourceLanguageCode"], params["TargetLanguageCode"]
        for code in (source, target):
            if code not in self.languages and not (code == "auto" and code == source):
                raise _unsupported(source, target)
        answer = {"SourceLanguageCode": language_of(text) if source == "auto" else source, "TargetLanguageCode": target}
        if names := params.get("TerminologyNames"):
            answer["AppliedTerminologies"] = [{"Name": name, "Terms": []} for name in names]
        return answer | ({"AppliedSettings": params["Settings"]} if params.get("Settings") else {})

    def _terms(self, params: Mapping[str, Any], target: str) -> dict[str, str]:
        return self._named(params.get("TerminologyNames", []), target)

    def _named(self, names: list[str], target: str) -> dict[str, str]:
        terms: dict[str, str] = {}
        for name in names:
            header, *rows = self._terminology(name)["rows"]
            if target in header:
                terms |= {row[0]: row[header.index(target)] for row in rows}
        return terms

    def _terminology(self, name: str) -> dict[str, Any]:
        if name not in self.terminologies:
            raise AwsError("ResourceNotFoundException", f"The resource you are looking for has not been found: {name}.")
        return self.terminologies[name]


def _unsupported(source: str, target: str) -> AwsError:
    return AwsError(
        "UnsupportedLanguagePairException",
        f"Unsupported language pair: {source} to {target}.",
        members={"SourceLanguageCode": source, "TargetLanguageCode": target},
    )


@functools.lru_cache(8)
def _unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _zipped(content: bytes, body: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in _unzipped(content).items():
            archive.writestr(name, body if name == "word/document.xml" else data)
    return target.getvalue()

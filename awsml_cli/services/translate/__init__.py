"""Amazon Translate: texts, files and tables of any size into another language."""

from awsml_cli.services.translate.files import ANY, VIA, Form, plan_source, translate_source
from awsml_cli.services.translate.languages import languages
from awsml_cli.services.translate.records import Language, Translation
from awsml_cli.services.translate.rows import COLUMNS, translate_rows
from awsml_cli.services.translate.texts import pieces, plan_rows, translate_text
from awsml_cli.services.translate.wanted import AUTO, SERVICE, Wanted

__all__ = [
    "ANY",
    "AUTO",
    "COLUMNS",
    "SERVICE",
    "VIA",
    "Form",
    "Language",
    "Translation",
    "Wanted",
    "languages",
    "pieces",
    "plan_rows",
    "plan_source",
    "translate_rows",
    "translate_source",
    "translate_text",
]

"""Word, PowerPoint and Excel documents: the text of paragraphs and cells, the rest of the package untouched."""

from awsml_cli.formats.documents.office.read import read

__all__ = ["read"]

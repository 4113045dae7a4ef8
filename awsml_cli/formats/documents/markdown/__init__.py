"""Markdown: headings, paragraphs, lists, quotes and tables are translated; code, addresses and HTML blocks stay."""

from awsml_cli.formats.documents.markdown.read import read

__all__ = ["read"]

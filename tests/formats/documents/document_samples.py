"""A realistic file of every kind, with placeholders in it; and translators that do their worst."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence

PLACEHOLDERS = (
    "{name}",
    "{0}",
    "%s",
    "%(count)d",
    "%1$s",
    "${total}",
    "{{ user }}",
    "https://example.com/a?b=1",
    "ann@example.com",
)
ALL = "Dear {name} and {0}, give %s or %(count)d to %1$s for ${total}, {{ user }}; see https://example.com/a?b=1 or ask ann@example.com."

SRT = f"""1
00:00:01,000 --> 00:00:03,500
The ship that sailed from the harbour
at dawn was never

2
00:00:03,600 --> 00:00:06,000
seen again. Nobody knew why, and

3
00:00:06,100 --> 00:00:09,000 X1:40 X2:600
<i>nobody asked.</i>

4
00:00:10,000 --> 00:00:14,000
{{\\an8}}{ALL}

5
00:00:15,000 --> 00:00:17,000
- Who is there?
- Only <b>me</b>!

6
00:00:20,000 --> 00:00:21,000
♪ ♪
"""

VTT = f"""WEBVTT - A film
Kind: captions

STYLE
::cue {{ color: yellow }}

NOTE for the
translator: keep it short

intro
00:01.000 --> 00:02.500 line:0 align:start
<v Ann>Hello &amp; <i>welcome</i> to the show

00:02.600 --> 00:05.000
<v Ann>that never ends. And <00:00:03.000>so <00:00:04.000>it begins.

01:00:00.000 --> 01:00:01.000
<v.loud Ann>Yes! &lt;3</v>
<v Bob>No.</v>

01:00:10.000 --> 01:00:12.000
{ALL}

NOTE the end
"""

MD = f"""---
title: "Getting started"
description: 'It''s how to begin'
date: 2024-01-02
layout: post
---

# Install the tool {{#install}}

This is a paragraph with **bold
text**, a [link](https://example.com/x_(y) "The title"), `code --flag`
and an ![image of a cat](cat.png). See [the docs] and [the manual][man].

{ALL}

Setext heading
==============

- first item
  that goes on
- second item with `x`
  - nested item

    paragraph in item

        code in item
1. one thing
2. two things

> A quote that
> runs on.
>
> > deeper

    indented code stays

```python
print("hello world")
```

| Name | What it does |
| ---- | :----------: |
| `a`  | adds \\| things |
| bee  | **removes** it |

Roses are red,{"  "}
violets are blue\\
and so on.

<div align="center">
  <b>kept as it is</b>
</div>

- [ ] a task to do
- [x] a task done

[the docs]: https://example.com/docs "Docs"
[man]: https://example.com/man
[^1]: A footnote with text.

$$
x = y
$$

***

A last line with <kbd>Ctrl</kbd>, $x^2$, 2 \\* 3 and &copy; 2020.[^1]
"""

HTML = f"""<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="description" content="A page &amp; more">
  <title>Hello world &mdash; a page</title>
  <style>p {{ color: red }}</style>
  <script>if (a < b && c) {{ alert("hi there"); }}</script>
</head>
<body class=main>
<!-- a comment stays -->
<h1>Big <em>news</em></h1>
<p>Click <a href="https://example.com/?a=1&amp;b=2" title="Go there">here</a>, or press <kbd>Ctrl C</kbd>
   and see <img src="c.png" alt='A cat'> now.<br>The next line&nbsp;ends at the caf&eacute;.</p>
<p>{ALL}</p>
<p translate="no">Acme Corporation</p>
<p class="notranslate x">Acme <b>Two</b></p>
<p>By <span translate="no">Acme Inc</span> of course
<ul><li>One item<li><a href="/y">Two items</a></ul>
<pre>code here <b>x</b></pre>
<input type="submit" value="Send it"><input placeholder="Your name" value="keep">
<table><tr><td>Cell one</td><td>{{{{ value }}}}</td></tr></table>
<button>Save all</button>
<img src="only.png" alt="Only a picture">
</body>
</html>
"""

JSON = f"""{{
  "id": "abc-1",  "title":"Hello",
  "price": 1.50e3, "when": "2024-01-02", "state": "ACTIVE",
  "items": [ {{"text": "Say \\"hi\\" to {{name}}\\nand go home", "url": "https://example.com/a"}},
             {{"text":"caf\\u00e9 ol\\u00e9 \\/ tea", "kind": "drink"}} ],
  "all": "{ALL}", "nothing": null, "yes": true
}}
"""

JSONL = f"""{{"n": 1, "text": "The first line", "tag": "a"}}
{{"n":2,"text":"{ALL}","tag":"b"}}

{{"n": 3.0, "text": "日本語の文です。", "tag": "c"}}
"""

CSV = f'''id;title;body\r
1;"Hello; you";Some text here\r
2;"say ""hi""";"{ALL}"\r
;;\r
3;plain words;"two
lines here"
'''

TSV = f"key\ttext\ngreet\tHello there\nall\t{ALL}\n"

PO = f"""# A translation of a program.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

#. a comment of the programmer
#: main.c:1
#, c-format
msgid "Hello %s"
msgstr ""

#, fuzzy
#| msgid "Opened"
msgctxt "menu"
msgid "Open"
msgstr "Abrir"

msgid "%d file"
msgid_plural "%d files"
msgstr[0] ""
msgstr[1] ""

msgid ""
"The first line\\n"
"and the \\"second\\" line\\n"
msgstr ""

msgid "{ALL}"
msgstr ""

#~ msgid "old words"
#~ msgstr "viejo"
"""

XLIFF = f"""<?xml version="1.0" encoding="UTF-8"?>
<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
  <file original="a.html" source-language="en" datatype="html">
    <body>
      <trans-unit id="1">
        <source>Hello <g id="1">big <x id="2"/></g> world &amp; all</source>
      </trans-unit>
      <trans-unit id="2"><source>Open it</source><target state="new">Open it</target></trans-unit>
      <trans-unit id="3"><source>Done</source><target state="final">Hecho</target></trans-unit>
      <trans-unit id="4" translate="no"><source>Not this</source></trans-unit>
      <trans-unit id="5"><source>Empty <ph id="1">&lt;br/></ph> one</source><target/></trans-unit>
      <trans-unit id="6"><source>{ALL}</source></trans-unit>
    </body>
  </file>
</xliff>
"""

XLIFF2 = f"""<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="en">
 <file id="f1">
  <unit id="u1">
   <segment id="s1" state="initial"><source>Hello <pc id="1">there</pc></source></segment>
   <ignorable><source> </source></ignorable>
   <segment><source>Bye now</source><target>Adios</target></segment>
   <segment><source>{ALL}</source></segment>
  </unit>
 </file>
</xliff>
"""

TMX = f"""<?xml version="1.0"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4">
<header srclang="en" adminlang="en" o-tmf="x" creationtool="x" creationtoolversion="1" segtype="sentence" datatype="plaintext"/>
<body>
  <tu tuid="a">
    <tuv xml:lang="fr"><seg>Bonjour le monde</seg></tuv>
    <tuv xml:lang="en-US">
      <seg>Hello <bpt i="1">&lt;b></bpt>world<ept i="1">&lt;/b></ept></seg>
    </tuv>
  </tu>
  <tu><tuv xml:lang="en"><seg>Two words</seg></tuv><tuv xml:lang="es"><seg>Dos</seg></tuv></tu>
  <tu><tuv xml:lang="en"><seg>{ALL}</seg></tuv></tu>
</body></tmx>
"""

TEXT = f"""  A first paragraph
  in two lines.


{ALL}

---
The end\t
"""

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
DOCUMENT_XML = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document {_W} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body>
<w:p w:rsidR="00A1"><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>A </w:t></w:r><w:proofErr w:type="spellStart"/><w:r w:rsidR="1"><w:rPr><w:lang w:val="en-US"/></w:rPr><w:t>title</w:t></w:r></w:p>
<w:p><w:bookmarkStart w:id="0" w:name="here"/><w:r><w:t xml:space="preserve">Hello </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>bold &amp; brave</w:t></w:r><w:r><w:tab/><w:t xml:space="preserve"> world, </w:t><w:br/><w:t>next line</w:t></w:r><w:bookmarkEnd w:id="0"/></w:p>
<w:p><w:r><w:t xml:space="preserve">See </w:t></w:r><w:hyperlink r:id="rId4"><w:r><w:rPr><w:u w:val="single"/></w:rPr><w:t>the page</w:t></w:r></w:hyperlink><w:r><w:t xml:space="preserve"> on page </w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGEREF here </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>seven</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t>.</w:t></w:r></w:p>
<w:p><w:r><w:t>{ALL}</w:t></w:r></w:p>
<w:p><w:r><w:t xml:space="preserve">Outer words </w:t></w:r><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>Words in a box</w:t></w:r></w:p></w:txbxContent></w:pict></w:r><w:r><w:t>end here</w:t></w:r></w:p>
<w:p/><w:tbl><w:tr><w:tc><w:p><w:r><w:t>A cell</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
<w:p><w:r><w:t>12345</w:t></w:r></w:p><w:sectPr/>
</w:body></w:document>
"""
SHARED_XML = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="6" uniqueCount="6"><si><t>Fruit</t></si><si><t>Apple</t></si><si><t xml:space="preserve"> A red
fruit </t></si><si><r><t xml:space="preserve">Very </t></r><r><rPr><b/><sz val="11"/></rPr><t>good</t></r></si><si><t>AB-12</t></si><si><t>{ALL}</t></si></sst>"""
TABLE_XML = """<?xml version="1.0"?><table xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" id="1" name="T" displayName="T" ref="A1:A2"><tableColumns count="1"><tableColumn id="1" name="Fruit"/></tableColumns></table>"""
_A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
SLIDE_XML = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<p:sld {_A}><p:cSld><p:spTree><p:sp><p:txBody><a:bodyPr/><a:p><a:pPr lvl="1"/><a:r><a:rPr lang="en-US" dirty="0"/><a:t>First </a:t></a:r><a:r><a:rPr lang="en-GB"/><a:t>point is </a:t></a:r><a:r><a:rPr b="1"/><a:t>bold</a:t></a:r><a:endParaRPr lang="en-US"/></a:p><a:p><a:r><a:t>{ALL}</a:t></a:r></a:p><a:p><a:fld id="1" type="slidenum"><a:t>three</a:t></a:fld></a:p></p:txBody></p:sp></p:spTree></p:cSld></p:sld>"""


def package(parts: dict[str, str | bytes]) -> bytes:
    """An Office package of PARTS."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"[Content_Types].xml": "<Types/>", **parts}.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 2, 2, 2, 2, 2)), content)
    return output.getvalue()


DOCX = package({"word/document.xml": DOCUMENT_XML, "word/media/image.png": b"\x89PNG\x00\xff"})
XLSX = package(
    {"xl/workbook.xml": "<workbook/>", "xl/sharedStrings.xml": SHARED_XML, "xl/tables/table1.xml": TABLE_XML}
)
PPTX = package({"ppt/presentation.xml": "<p/>", "ppt/slides/slide1.xml": SLIDE_XML})

SAMPLES: dict[str, bytes] = {
    "text": TEXT.encode(), "srt": SRT.encode(), "vtt": VTT.encode(), "md": MD.encode(), "html": HTML.encode(),
    "json": JSON.encode(), "jsonl": JSONL.encode(), "csv": CSV.encode(), "tsv": TSV.encode(), "po": PO.encode(),
    "xliff": XLIFF.encode(), "tmx": TMX.encode(), "docx": DOCX, "pptx": PPTX, "xlsx": XLSX,
}  # fmt: skip
BILINGUAL = ("po", "xliff", "tmx")

_OURS = re.compile(r"""(<span translate="no">\d+</span>|<b id="\d+">|</b>)""")


def _words(change: Callable[[str], str]) -> Callable[[Sequence[str]], list[str]]:
    """A translator that changes every word but leaves the elements it was given."""

    def translate(texts: Sequence[str]) -> list[str]:
        return [
            "".join(
                part if at % 2 else re.sub(r"[^\W\d_]+", lambda found: change(found[0]), part)
                for at, part in enumerate(_OURS.split(text))
            )
            for text in texts
        ]

    return translate


def _deaf(texts: Sequence[str]) -> list[str]:
    """Drops every element it was given."""
    return [_OURS.sub("", text).upper() for text in texts]


def _backwards(texts: Sequence[str]) -> list[str]:
    """Turns the order of everything around, the ends of pairs included."""
    return ["".join(reversed(_OURS.split(text))).upper() for text in texts]


def _airy(texts: Sequence[str]) -> list[str]:
    """Puts blanks around the elements, and leaves out their quotation marks."""
    return [_OURS.sub(lambda found: f" {found[0].replace(chr(34), '')} ", text).upper() for text in texts]


def _twice(texts: Sequence[str]) -> list[str]:
    """Says everything twice."""
    return [f"{text} {text}".upper().replace("SPAN TRANSLATE", "span translate").replace("NO", "no") for text in texts]


TRANSLATORS: dict[str, Callable[[Sequence[str]], list[str]]] = {
    "shouting": _words(str.upper),
    "mirrored": _words(lambda word: word[::-1].lower()),
    "growing": _words(lambda word: f"{word}{word} {word}"),
    "chinese": _words(lambda word: "翻译"),
    "deaf": _deaf,
    "backwards": _backwards,
    "airy": _airy,
    "twice": _twice,
}

"""Pages taken out of a document, each as something that can be sent by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from awsml_cli.formats.pages import pdf, picture


def part(data: bytes, numbers: Sequence[int], *, kind: str, name: str) -> bytes:
    """The pages NUMBERS (from 1) of DATA as one document of the same KIND (`pdf`, `tiff`)."""
    if kind == "pdf":
        return pdf.pages(data, numbers, name=name)
    from io import BytesIO

    frames = [picture.opened(data, page=number, name=name) for number in numbers]
    out = BytesIO()
    frames[0].save(out, "TIFF", save_all=True, append_images=frames[1:], compression="tiff_lzw")
    return out.getvalue()


def parts(
    data: bytes, numbers: Sequence[int], *, kind: str, name: str, most_bytes: int, most_pixels: int
) -> Iterator[bytes]:
    """Each of the pages NUMBERS of DATA by itself, within MOST_BYTES, in their order, made when it is asked for.

    A page of a PDF stays a PDF; one that is too large by itself is drawn, with MOST_PIXELS on its longest side at most.
    """
    if kind != "pdf":
        for number in numbers:
            yield picture.converted(data, page=number, name=name, most_bytes=most_bytes, most_pixels=most_pixels)
        return
    for number, page in zip(numbers, pdf.each(data, [[number] for number in numbers], name=name), strict=True):
        yield page if len(page) <= most_bytes else _drawn(data, number, most_bytes, most_pixels)


def _drawn(data: bytes, number: int, most_bytes: int, most_pixels: int) -> bytes:
    from awsml_cli.formats.pages.draw import as_png, drawn

    found = as_png(drawn(data, kind="pdf", page=number, longest=min(3500, most_pixels)))
    return picture.converted(found, most_bytes=most_bytes, most_pixels=most_pixels)

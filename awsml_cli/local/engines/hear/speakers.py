"""Who speaks when: the voice of each stretch as a vector (Resemblyzer's network, run in numpy), and these in clusters.

Wan et al., Generalized End-to-End Loss for Speaker Verification, ICASSP 2018. How many speakers there are comes out of
the likeness of the vectors; the caller says how many at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from awsml_cli.local.engines import weights
from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.engines.networks import checkpoint
from awsml_cli.local.engines.once import once

if TYPE_CHECKING:
    from awsml_cli.local.engines.hear import Word

DECLARATION: Final = Declaration(
    name="resemblyzer-dvector",
    job="tell-speakers",
    package="Resemblyzer",
    pin="0.1.4",
    module="resemblyzer",
    licence="Apache-2.0",
    languages=("*",),
    quality="fair",
    measured="28 s of a dialogue of two actors, down to single words: every word is the right one's; one reader "
    "alone stays one, of another's 119 words 7 are taken for a second voice",
    install="pip install --no-deps Resemblyzer==0.1.4",
    needs=("numpy",),
    weights={"pretrained.pt": "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e"},
)
RATE: Final = 16_000
WINDOW: Final = 160  # frames of 10 ms that the network looks at
STEP: Final = 80  # frames from one window to the next
TOGETHER: Final = 64  # windows
PAUSE: Final = 0.3  # seconds between two words that part two stretches
LONGEST: Final = 3.0  # seconds of a stretch; longer ones are parted between words
SURE: Final = 0.8  # seconds of sound from which on a vector tells voices apart
ALIKE: Final = 0.68  # likeness (cosine) of two clusters from which on they are one voice
_ENDS: Final = (".", "?", "!", "…")


def told_apart(passages: list[list[Word]], blocks: Iterable[Any], *, most: int, home: Path) -> list[list[Word]]:
    """PASSAGES of words with their `speaker` (from 0, in the order in which they are heard), at most MOST of them.

    BLOCKS are the sound from its start, float32 at 16 kHz. Raises ConfigError where the engine is not installed.
    """
    stretches = [stretch for words in passages for stretch in _stretches(words)]
    sounds = _sounds([(stretch[0].start, stretch[-1].end) for stretch in stretches], blocks)
    vectors = list(_vectors(sounds, home))
    lengths = [stretch[-1].end - stretch[0].start for stretch in stretches]
    labels = iter(_clusters(vectors, lengths, most))
    speakers = [label for stretch in stretches for label in [next(labels)] * len(stretch)]
    known = iter(_in_order(speakers))
    return [[replace(word, speaker=next(known)) for word in words] for words in passages]


def _stretches(words: list[Word]) -> Iterator[list[Word]]:
    """WORDS in pieces that one person says: parted at pauses, at the ends of sentences, and where they grow long."""
    held: list[Word] = []
    for word in words:
        if held and (
            word.start - held[-1].end > PAUSE or held[-1].content.endswith(_ENDS) or word.end - held[0].start > LONGEST
        ):
            yield held
            held = []
        held.append(word)
    if held:
        yield held


def _sounds(spans: list[tuple[float, float]], blocks: Iterable[Any]) -> Iterator[Any]:
    """The samples of each of SPANS (seconds, in order); no more of the sound is held than the longest needs."""
    import numpy as np

    held, begin, source = np.zeros(0, dtype=np.float32), 0, iter(blocks)
    for start, end in spans:
        first, last = int(start * RATE), int(end * RATE)
        while begin + len(held) < last and (block := next(source, None)) is not None:
            drop = min(max(0, first - begin), len(held))
            held, begin = np.concatenate([held[drop:], block]), begin + drop
        yield held[max(0, first - begin) : max(0, last - begin)]


def _vectors(sounds: Iterable[Any], home: Path) -> Iterator[Any]:
    """The voice of each of SOUNDS: 256 figures, of length 1. Many go through the network at once, which is quicker."""
    held: list[Any] = []
    for sound in sounds:
        held.append(_windows(sound))
        if sum(map(len, held)) >= TOGETHER:
            yield from _through(held, home)
            held = []
    if held:
        yield from _through(held, home)


def _through(held: list[Any], home: Path) -> Iterator[Any]:
    import numpy as np

    found, at = _network(home)(np.concatenate(held)), 0
    for windows in held:
        mean = found[at : at + len(windows)].mean(axis=0)
        at += len(windows)
        yield mean / (np.linalg.norm(mean) or 1.0)


def _windows(samples: Any) -> Any:
    """What the network looks at: (n, WINDOW, 40)."""
    import numpy as np

    level = float(np.sqrt(np.mean(samples**2))) if len(samples) else 0.0
    if level > 0:
        samples = samples * max(1.0, 10 ** (-30 / 20) / level)  # to -30 dB of full scale, as in training
    if len(samples) < WINDOW * 160:  # a word is said again and again until it fills the window
        samples = np.resize(samples, WINDOW * 160) if len(samples) else np.zeros(WINDOW * 160, dtype=np.float32)
    mels = _mels(samples)
    last = len(mels) - WINDOW
    return np.stack([mels[at : at + WINDOW] for at in (*range(0, last, STEP), last)])


def _clusters(vectors: list[Any], lengths: list[float], most: int) -> list[int]:
    """A number for each vector, the same for those of one voice. Short ones follow the cluster that is most alike."""
    import numpy as np

    if not vectors:
        return []
    sure = [at for at, length in enumerate(lengths) if length >= SURE] or list(range(len(vectors)))
    groups = [[at] for at in sure]
    alike = np.stack([vectors[at] for at in sure]) @ np.stack([vectors[at] for at in sure]).T
    sizes = np.ones(len(groups))
    np.fill_diagonal(alike, -2.0)
    while len(groups) > 1:
        one, two = sorted(map(int, np.unravel_index(int(alike.argmax()), alike.shape)))
        if alike[one, two] < ALIKE and len(groups) <= most:
            break
        mixed = (sizes[one] * alike[one] + sizes[two] * alike[two]) / (sizes[one] + sizes[two])  # average linkage
        alike[one, :], alike[:, one], alike[one, one] = mixed, mixed, -2.0
        alike = np.delete(np.delete(alike, two, axis=0), two, axis=1)
        groups[one] += groups.pop(two)
        sizes[one] += sizes[two]
        sizes = np.delete(sizes, two)
    centres = np.stack([np.mean([vectors[at] for at in group], axis=0) for group in groups])
    labels = [int(np.argmax(centres @ vector)) for vector in vectors]
    for label, group in enumerate(groups):
        for at in group:
            labels[at] = label
    return labels


def _in_order(labels: list[int]) -> list[int]:
    """LABELS renamed by who is heard first."""
    names: dict[int, int] = {}
    return [names.setdefault(label, len(names)) for label in labels]


def _mels(samples: Any) -> Any:
    """Mel spectrogram as the network was trained on it: frames of 25 ms every 10, 40 bands, power, not logarithms."""
    import numpy as np

    padded = np.pad(samples, 200)
    count = 1 + (len(padded) - 400) // 160
    frames = padded[np.arange(400)[None, :] + 160 * np.arange(count)[:, None]]
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(400) / 400)
    power = np.abs(np.fft.rfft(frames * window, axis=1)) ** 2
    return (power @ _bank().T).astype(np.float32)


@cache
def _bank() -> Any:
    """Slaney's 40 triangles of equal area between 0 and 8 kHz (those of librosa)."""
    import numpy as np

    top = 15 + 27 * np.log(8000 / 1000) / np.log(6.4)
    mels = np.linspace(0, top, 42)
    hertz = np.where(mels < 15, mels * 200 / 3, 1000 * np.exp(np.log(6.4) / 27 * (mels - 15)))
    bins = np.fft.rfftfreq(400, 1 / RATE)
    rising = (bins[None, :] - hertz[:-2, None]) / np.diff(hertz)[:-1, None]
    falling = (hertz[2:, None] - bins[None, :]) / np.diff(hertz)[1:, None]
    return np.maximum(0, np.minimum(rising, falling)) * (2 / (hertz[2:] - hertz[:-2]))[:, None]


class _Network:
    """Three layers of LSTM and a linear one."""

    def __init__(self, tensors: dict[str, Any]) -> None:
        self._tensors = tensors

    def __call__(self, windows: Any) -> Any:
        """From (n, frames, 40) to (n, 256), each of length 1."""
        import numpy as np

        values = windows
        for layer in range(3):
            values = self._lstm(values, layer)
        ends = values[:, -1] @ self._tensors["linear.weight"].T + self._tensors["linear.bias"]
        raw = np.maximum(0, ends)
        return raw / (np.linalg.norm(raw, axis=1, keepdims=True) + 1e-9)

    def _lstm(self, values: Any, layer: int) -> Any:
        import numpy as np

        def named(name: str) -> Any:
            return self._tensors[f"lstm.{name}_l{layer}"]

        into = values @ named("weight_ih").T + named("bias_ih") + named("bias_hh")
        back = named("weight_hh").T
        state = cell = np.zeros((len(values), 256), dtype=np.float32)
        out = np.empty((*values.shape[:2], 256), dtype=np.float32)
        for at in range(values.shape[1]):
            inward, forget, new, outward = np.split(into[:, at] + state @ back, 4, axis=1)
            cell = _sigmoid(forget) * cell + _sigmoid(inward) * np.tanh(new)
            state = _sigmoid(outward) * np.tanh(cell)
            out[:, at] = state
        return out


def _sigmoid(values: Any) -> Any:
    import numpy as np

    return 0.5 + 0.5 * np.tanh(0.5 * values)  # which never overflows


@once
def _network(home: Path) -> _Network:
    folder = weights.verify(DECLARATION, home=home)
    return _Network(checkpoint.read(folder / "pretrained.pt", inside="model_state"))

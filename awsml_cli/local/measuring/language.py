"""Engines that understand texts: languages, moods, names, what is private or rude, topics, classes, clinical terms."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Final

import awsml_cli.local.engines.translate as apertium
from awsml_cli.core import clock
from awsml_cli.local.engines import classify, clinical, identify, topics, understand
from awsml_cli.local.engines.declaration import Declaration
from awsml_cli.local.measuring import rated, sentences
from awsml_cli.local.measuring.dickens import PHRASES, RIGHTS
from awsml_cli.local.measuring.measured import Measured, Place, Way, each, errors, matched, shares, spent

TEXTS: Final = "texts a second"
OF_A_SORT: Final = 1500  # rated texts
EXAMPLES: Final = 400  # of a sort, from which classes are learnt, and others on which that is told
# words of three subjects that no other has, out of which documents are made
SUBJECTS: Final = {
    "sport": ["ball", "goal", "match", "team", "player", "season", "coach", "league", "stadium", "referee"],
    "cooking": ["recipe", "oven", "salt", "butter", "flour", "sugar", "onion", "garlic", "sauce", "bake"],
    "law": ["court", "judge", "appeal", "contract", "clause", "plaintiff", "defendant", "statute", "verdict", "lawyer"],
}
COMMON: Final = "today people good year place thing others later often never".split()  # noqa: SIM905
MADE: Final = 240  # documents


def translating(engine: Declaration, place: Place) -> Iterator[Measured]:
    """Phrases against time, and an article against the translation of the United Nations."""
    known = apertium.pairs()
    pair = ("en", "es") if ("en", "es") in known else next(iter(known), None)
    if pair is None:
        raise apertium.missing()
    source, target = pair
    apertium.translate(PHRASES[0], source=source, target=target)
    begun = clock.monotonic()  # programs of their own do the work
    for phrase in PHRASES * 5:
        apertium.translate(phrase, source=source, target=target)
    took = max(clock.monotonic() - begun, 1e-6)
    told = None
    if source in RIGHTS and target in RIGHTS:
        made = apertium.translate(RIGHTS[source], source=source, target=target)
        told = f"words other than the UN's translator's: {errors(RIGHTS[target], made):.0%}"
    data = f"phrases of Dickens and an article on human rights, {source} to {target}"
    yield Measured(data, len(PHRASES) * 5 / took, "phrases a second", told)


def identifying(engine: Declaration, place: Place) -> Iterator[Measured]:
    """A sentence in each of twelve languages."""
    took = each(lambda: [identify.language(text, home=place.home) for text in RIGHTS.values()])
    right = sum(identify.language(text, home=place.home)[0] == code for code, text in RIGHTS.items())
    told = f"{right} of {len(RIGHTS)} languages right"
    yield Measured(f"a sentence in each of {len(RIGHTS)} languages", len(RIGHTS) / took, TEXTS, told)


def feeling(engine: Declaration, place: Place) -> Iterator[Measured]:
    """Sentences that nobody would doubt, and where they are there, texts that people rated."""
    yield _moods("sentences of ours", list(sentences.FELT.items()), place)
    archive = place.file(rated.ARCHIVE)
    for sort in rated.SORTS if archive is not None else ():
        assert archive is not None
        told = [(text, rated.mood(rating)) for rating, text in rated.texts(archive, sort)[:OF_A_SORT]]
        yield _moods(f"{sort} that people rated", told, place)


def naming(engine: Declaration, place: Place) -> Iterator[Measured]:
    """Names in sentences of ours."""
    kinds = {mark.kind for sentence in sentences.NAMED for mark in sentences.read(sentence)[1]}

    def found(text: str) -> Iterator[tuple[str, int, int]]:
        return (
            (one.label, one.begin, one.end)
            for one in understand.words.names(text, home=place.home)
            if one.label in kinds
        )

    yield _marked("sentences of ours", sentences.NAMED, kinds, found, "names")


def hiding(engine: Declaration, place: Place) -> Iterator[Measured]:
    """Private things in sentences of ours."""
    from awsml_cli.local.operations.comprehend.texts import PRIVATE

    def found(text: str) -> Iterator[tuple[str, int, int]]:
        return (
            (PRIVATE[one.label], one.begin, one.end)
            for one in understand.private.find(text, home=place.home)
            if one.label in PRIVATE
        )

    yield _marked("sentences of ours", sentences.LETTERS, None, found, "private things")


def minding(engine: Declaration, place: Place) -> Iterator[Measured]:
    """Rude sentences and harmless ones."""
    took = each(lambda: [understand.toxicity.score(text, home=place.home) for text in sentences.RUDE])
    right = sum(
        (understand.toxicity.score(text, home=place.home) >= 0.5) == rude for text, rude in sentences.RUDE.items()
    )
    told = f"{right} of {len(sentences.RUDE)} taken for what they are"
    yield Measured("rude and harmless sentences of ours", len(sentences.RUDE) / took, TEXTS, told)


def prescribing(engine: Declaration, place: Place) -> Iterator[Measured]:
    """Medicines in clinical sentences of ours."""

    def found(text: str) -> Iterator[tuple[str, int, int]]:
        drugs = clinical.drugs.find(text, home=place.home)
        return (("BRAND" if one.brand else "DRUG", one.begin, one.end) for one in drugs)

    yield _marked("clinical sentences of ours", sentences.CLINICAL, {"BRAND", "DRUG"}, found, "medicines")


def ailing(engine: Declaration, place: Place) -> Iterator[Measured]:
    """Conditions in clinical sentences of ours, by the category of their first code."""
    kinds = {mark.kind for sentence in sentences.CLINICAL for mark in sentences.read(sentence)[1]} - {"BRAND", "DRUG"}

    def found(text: str) -> Iterator[tuple[str, int, int]]:
        conditions = clinical.conditions.find(text, home=place.home)
        return ((one.codes[0].code[:3], one.begin, one.end) for one in conditions)

    yield _marked("clinical sentences of ours", sentences.CLINICAL, kinds, found, "conditions with their category")


def grouping(engine: Declaration, place: Place) -> Iterator[Measured]:
    """Documents of three subjects, out of each subject's own words: how pure the topics are."""
    made = documents()
    texts = [text for _, text in made]
    took = each(lambda: topics.find(texts, len(SUBJECTS)))
    groups: dict[int, Counter[str]] = {}
    for (subject, _), shown in zip(made, topics.find(texts, len(SUBJECTS)).shares, strict=True):
        if shown:
            groups.setdefault(shown[0][0], Counter())[subject] += 1
    pure = sum(group.most_common(1)[0][1] for group in groups.values()) / len(made)
    data = f"{len(made)} documents made of the words of {len(SUBJECTS)} subjects"
    yield Measured(data, len(made) / took, "documents a second", f"purity {pure:.3f}")


def sorting(engine: Declaration, place: Place) -> Iterator[Measured]:
    """Classes learnt from half of the documents and told of the other half; and which sort a rated text is of."""
    made = documents()
    half = len(made) // 2
    yield _classes(f"{len(made)} documents made of the words of {len(SUBJECTS)} subjects", made[:half], made[half:])
    archive = place.file(rated.ARCHIVE)
    if archive is not None:
        found = {sort: [text for _, text in rated.texts(archive, sort)] for sort in rated.SORTS}
        learnt = [(sort, text) for sort, texts in found.items() for text in texts[:EXAMPLES]]
        others = [(sort, text) for sort, texts in found.items() for text in texts[1000 : 1000 + EXAMPLES]]
        yield _classes(f"which of {len(found)} sorts a rated text is of", learnt, others)


def documents() -> list[tuple[str, str]]:
    """Documents with their subjects: words of the subject, common ones, and now and then one of another subject."""
    chance = random.Random(7)  # noqa: S311
    found = []
    for number in range(MADE):
        subject = list(SUBJECTS)[number % len(SUBJECTS)]
        words = [*chance.sample(SUBJECTS[subject], 5), *chance.sample(COMMON, 3)]
        if number % 4 == 0:
            words.append(chance.choice(SUBJECTS[chance.choice(list(SUBJECTS))]))
        found.append((subject, " ".join(words)))
    return found


def _classes(data: str, learnt: Sequence[tuple[str, str]], others: Sequence[tuple[str, str]]) -> Measured:
    classify.learn([learnt[0][1], learnt[1][1]], [["first"], ["second"]], several=False)  # what is loaded
    begun = clock.working()
    model = classify.learn([text for _, text in learnt], [[label] for label, _ in learnt], several=False)
    took = spent(begun)
    right = sum(next(iter(model.scores(text))) == label for label, text in others)
    return Measured(data, len(learnt) / took, "examples learnt a second", f"accuracy {right / len(others):.3f}")


def _moods(data: str, told: Sequence[tuple[str, str]], place: Place) -> Measured:
    def felt(text: str) -> str:
        found: Mapping[str, float] = understand.sentiment.feel(text, home=place.home)._asdict()
        return max(found, key=lambda name: found[name])

    some = [text for text, _ in told[:100]]
    took = each(lambda: [felt(text) for text in some]) / len(some)
    right = sum(felt(text) == mood for text, mood in told)
    return Measured(f"{len(told)} {data}", 1 / took, TEXTS, f"accuracy {right / len(told):.3f}")


def _marked(
    data: str,
    marked: Sequence[str],
    kinds: Iterable[str] | None,
    find: Callable[[str], Iterable[tuple[str, int, int]]],
    called: str,
) -> Measured:
    """What FIND finds in MARKED sentences of what is marked there, of KINDS alone where they are given."""
    read = [sentences.read(one) for one in marked]
    took = each(lambda: [list(find(text)) for text, _ in read])
    found: list[Hashable] = [(text, *one) for text, _ in read for one in find(text)]
    there: list[Hashable] = [
        (text, mark.kind, mark.begin, mark.end)
        for text, marks in read
        for mark in marks
        if not kinds or mark.kind in kinds
    ]
    right, had, wanted = matched(found, there)
    told = f"{called}: {right} of {wanted}, {had - right} others; {shares(right, had, wanted)}"
    return Measured(f"{len(read)} {data}", len(read) / took, TEXTS, told)


WAYS: Final[dict[str, Way]] = {
    "translate": translating,
    "identify": identifying,
    "sentiment": feeling,
    "words": naming,
    "private": hiding,
    "toxicity": minding,
    "medicines": prescribing,
    "conditions": ailing,
    "topics": grouping,
    "classify": sorting,
}

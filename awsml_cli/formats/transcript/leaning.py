"""Words that do not like to stand at a line's end, and words that like to begin one, by language."""

from __future__ import annotations


def _sets(lists: dict[str, str]) -> dict[str, frozenset[str]]:
    return {name: frozenset(words.split()) for name, words in lists.items()}


LEANING = _sets(
    {
        "en": """a an the of in on at to for with from by into onto about over under between through during without
            within against toward towards upon per as than my your his her its our their this that these those
            no every each some any i you he she it we they i'm i'll i've you're we're they're is are was were be
            been am will would can could should shall may might must have has had do does did don't doesn't
            didn't not very so too and or but nor if when while because who which whose what where how mr. mrs.
            ms. dr. prof. st.""",
        "es": """el la los las un una unos unas de del a al en con por para sin sobre entre desde hasta hacia según
            mi tu su mis tus sus este esta ese esa no y o pero que si cuando porque como muy más se me te le nos
            les lo he ha han es son está están fue era sr. sra. dr.""",
        "fr": """le la les un une des de du d' l' à au aux en dans sur sous avec sans pour par chez vers entre mon ma
            mes ton ta tes son sa ses notre votre leur ce cet cette ces et ou mais que qui si je tu il elle on
            nous vous ils elles ne se me te très est sont a ont était m. mme dr.""",
        "de": """der die das den dem des ein eine einen einem einer eines in im an am auf mit von vom zu zum zur bei
            beim nach aus für über unter durch gegen ohne um vor zwischen seit mein dein sein ihr unser euer
            kein keine und oder aber dass wenn weil ich du er sie es wir ist sind war waren hat haben wird
            werden nicht sehr hr. fr. dr.""",
        "it": """il lo la i gli le un uno una di del della dei degli delle a al alla ai alle da dal dalla in nel
            nella con su sul sulla per tra fra mio tuo suo non e o ma che se quando perché molto si mi ti ci è
            sono era ha hanno sig. dott.""",
        "pt": """o a os as um uma uns umas de do da dos das em no na nos nas a ao à aos às com por pelo pela para sem
            sobre entre até meu teu seu minha sua não e ou mas que se quando porque muito me te lhe é são era
            está tem têm sr. sra. dr.""",
        "nl": """de het een van in op aan te met voor door bij naar uit over onder tegen zonder tussen mijn jouw zijn
            haar ons hun en of maar dat als omdat ik je hij zij we is was heeft hebben niet zeer dhr. mevr. dr.""",
    }
)
"""Words that lean on the next one: articles, prepositions, and the pronouns and auxiliaries before a verb."""

CONJUNCTIONS = _sets(
    {
        "en": """and but or so because although though while when where who which that if unless until since before
            after then""",
        "es": "y e o u pero porque aunque mientras cuando donde quien que si hasta antes después entonces",
        "fr": "et ou mais car parce puisque quand lorsque où qui que si avant après puis alors",
        "de": "und oder aber denn weil obwohl während wenn wo der die das dass ob bis bevor nachdem dann",
        "it": "e o ma perché anche mentre quando dove chi che se fino prima dopo poi allora",
        "pt": "e ou mas porque embora enquanto quando onde quem que se até antes depois então",
        "nl": "en of maar want omdat hoewel terwijl wanneer waar die dat als tot voordat nadat dan",
    }
)
"""Words with which a new clause begins."""

_ANYWHERE = _sets(
    {
        "abbreviations": """mr. mrs. ms. dr. prof. st. sr. sra. m. mme. hr. fr. vs. e.g. i.e. z.b. p.ej. no. nr. sig.
            dhr.""",
        "units": """hundred thousand million billion trillion percent per cent degrees dollars euros pounds kilometers
            miles meters hours minutes seconds years o'clock am pm a.m. p.m. % mil millones millón millions
            milliards prozent euro mille milione milioni tausend millionen milliarden milhões milhão uhr heures
            años ans jahre anni anos""",
    }
)
ABBREVIATIONS = _ANYWHERE["abbreviations"]
"""Words whose point ends no sentence."""
UNITS = _ANYWHERE["units"]
"""Words that belong to the figure before them."""

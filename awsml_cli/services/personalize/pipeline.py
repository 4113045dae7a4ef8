"""The whole way in one command: tables in, recommendations out, and nothing left that bills.

Every name derives from the tables and the settings, the answers are kept, and the ledger knows how far a run came: so a
run that was killed is picked up by the same command, without a second import, a second training, a second bill.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, ClassVar, Final

from pydantic import ConfigDict

from awsml_cli.core import prices
from awsml_cli.core.cache import Cache, key_of
from awsml_cli.core.errors import AwsmlError, InputError, UsageError
from awsml_cli.core.ledger import Entry, Ledger
from awsml_cli.core.plan import Step, step
from awsml_cli.core.prices import Charge
from awsml_cli.core.record import Listing, Record
from awsml_cli.core.session import Session
from awsml_cli.services.personalize import asking, batches, cleaning, importing, recipes, serving, training
from awsml_cli.services.personalize.asking import Look, Question
from awsml_cli.services.personalize.batches import Batch, Segment
from awsml_cli.services.personalize.importing import Into
from awsml_cli.services.personalize.recipes import ACTIONS, ITEMS, RANKING, SEGMENTS
from awsml_cli.services.personalize.resources import (
    CAMPAIGN,
    GROUP,
    NEVER,
    RECOMMENDER,
    SERVICE,
    Deadline,
    Unfinished,
    describe,
)
from awsml_cli.services.personalize.tables import Table
from awsml_cli.services.personalize.training import Metric, Training

LIMIT: Final = 25  # answers, where nothing is said; AWS's own number
RECIPE: Final = "user-personalization-v2"  # where nothing is said


class Pending(Record):
    """What AWS works on now; the same command goes on when that has ended."""

    model_config = ConfigDict(defer_build=True)
    columns: ClassVar = ("id",)

    id: str
    name: str
    message: str


@dataclass(frozen=True)
class Run:
    """What to do: the TABLES, the recipe, what is ASKED about, and how.

    `rank` are items to be ranked for each user; `limit` is the number of answers; with `batch` a job answers instead of
    a campaign, which has `tps` transactions a second ready; with `keep` everything stays at AWS, and bills.
    """

    tables: Sequence[Table]
    recipe: str
    name: str | None = None
    domain: str | None = None
    asked: tuple[str, ...] = ()
    rank: tuple[str, ...] = ()
    limit: int = LIMIT
    batch: bool = False
    keep: bool = False
    tps: int = 1
    event: str | None = None
    threshold: float | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    hpo: bool = False
    auto: bool = False
    role: str | None = None
    bucket: str | None = None

    @property
    def group(self) -> str:
        """The name of its dataset group: the same tables have the same."""
        if self.name is not None:
            return self.name
        stem = re.sub(r"[^a-z0-9]+", "-", PurePath(self.tables[0].media.source.relative).stem.lower()).strip("-")
        return f"awsml-{stem[:16] or 'run'}-{key_of(self.domain, *(table.digest for table in self.tables))[:10]}"

    @property
    def trained_with(self) -> tuple[Any, ...]:
        """What shapes the training."""
        return (self.event, self.threshold, dict(self.settings), self.hpo, self.auto)

    def key(self, session: Session) -> str:
        """What tells its answer from that of other runs."""
        about = (self.recipe, self.domain, self.asked, self.rank, self.limit, self.batch, *self.trained_with)
        digests = [table.digest for table in self.tables]
        return key_of("personalize run", session.region, session.local, self.group, digests, about)


def run(session: Session, what: Run, look: Look, *, until: Deadline = NEVER, wait: bool = True) -> Listing:
    """Do WHAT, and return the answers, or the metrics where nothing was asked about.

    What it made is removed behind the last answer, unless it is to be kept; without WAIT, as far as it goes at once.
    Raises InputError, JobFailed, TimedOut.
    """
    key = what.key(session)
    cache = Cache(session.config)
    found = None if session.fresh else cache.find(key)
    row = Ledger().find(key)
    if found is None:
        recipe = recipes.find(session, what.recipe, domain=what.domain)
        _askable(what, recipe, recipes.about(recipe))
        row = Ledger().put(Entry(key, SERVICE, session.region, f"{GROUP.word}/{what.group}", state="started"))
        try:
            found = json.dumps(_made(session, what, recipe, until)).encode()
        except Unfinished:
            raise
        except AwsmlError:
            session.talk.warn(f"what was made stays for another try; `awsml personalize clean {what.group}` removes it")
            raise
        if session.keep is not False:
            cache.keep(key, found)
        row = Ledger().move(row, "ended")
    answer = json.loads(found)
    return Listing(_shown(session, what, look, answer, row, until, wait), "Answers")


def _shown(
    session: Session, what: Run, look: Look, answer: Mapping[str, Any], row: Entry | None, until: Deadline, wait: bool
) -> Iterator[Record]:
    """The ANSWER as records, and the cleaning behind them, also where the reader leaves early."""
    left = row is not None and row.state == "ended"
    try:
        yield from _records(answer, look, what)
    except GeneratorExit:
        if left and row is not None:
            _ended(session, what, row, until, wait)
        raise
    if left and row is not None:
        _ended(session, what, row, until, wait)


def _records(answer: Mapping[str, Any], look: Look, what: Run) -> Iterator[Record]:
    if not what.asked and not what.batch:
        version = str(answer.get("version", ""))
        yield from (
            Metric(metric=name, value=value, solution_version_arn=version)
            for name, value in sorted(answer["metrics"].items())
        )
    for asked, found in answer["answers"]:
        if found and isinstance(found[0], str):
            yield from (Segment(input=asked, user_id=user) for user in found)
        else:
            yield from look.records(asked, found)


def _ended(session: Session, what: Run, row: Entry, until: Deadline, wait: bool) -> None:
    """Remove what the run made, or say what it goes on to cost."""
    if what.keep:
        if not session.local:
            session.talk.warn(_bill(what))
        return
    try:
        for _ in cleaning.clean(session, what.group, until=until):
            pass
    except cleaning.Nothing:  # a run that was killed had removed it all, and could not write that down
        session.talk.note(f"nothing is left of {what.group}")
    except Unfinished as over:
        if wait:
            raise
        session.talk.warn(f"{over.message}; the same command goes on with removing")
        return
    Ledger().move(row, "clean")


def _bill(what: Run) -> str:
    ending = f"`awsml personalize clean {what.group}` removes everything"
    if (what.batch or not what.asked) and not what.domain:
        return f"kept: {what.group}; nothing of it bills by the hour. {ending}"
    hourly = what.tps * prices.PERSONALIZE_TPS_HOUR
    thing = "recommender" if what.domain else "campaign"
    return f"kept: {what.group}; its {thing} bills {hourly:.2f} USD an hour at the least, used or not. {ending}"


def _made(session: Session, what: Run, recipe: str, until: Deadline) -> dict[str, Any]:
    """Everything up to the answers: `{"metrics": {…}, "version": ARN, "answers": [[ASKED, [ITEM, …]], …]}`."""
    about = recipes.about(recipe)
    into = Into(what.group, domain=what.domain, role=what.role, bucket=what.bucket)
    group, begun = importing.begin(session, what.tables, into, until=until)
    importing.finished(session, begun, until=until)
    if what.domain:
        return _by_recommender(session, what, group, recipe, about, until)
    name = training.solution_name(what.group, recipe, *what.trained_with)
    wish = Training(
        name,
        recipe,
        group,
        event=what.event,
        threshold=what.threshold,
        settings=what.settings,
        hpo=what.hpo,
        auto=what.auto,
    )
    version = training.begin(session, wish, until=until)
    training.finished(session, version, until=until)
    metrics = _told(session, {one.metric: one.value for one in training.metrics(session, version).records})  # type: ignore[attr-defined]
    answers: list[Any] = []
    if what.batch or about == SEGMENTS:
        answers = _by_batch(session, what, version, about, until)
    elif what.asked:
        made = serving.deploy(session, version, name, tps=what.tps, until=until)
        answers = _asked(session, what, Question(CAMPAIGN.arn, made.campaign_arn, limit=what.limit), about)
    return {"metrics": metrics, "version": version, "answers": answers}


def _by_recommender(
    session: Session, what: Run, group: str, recipe: str, about: str, until: Deadline
) -> dict[str, Any]:
    name = training.solution_name(what.group, recipe)
    made = serving.recommend_for(session, group, recipe, name, tps=what.tps, until=until)
    metrics = _told(session, dict(describe(session, made.recommender_arn).get("modelMetrics") or {}))
    question = Question(RECOMMENDER.arn, made.recommender_arn, limit=what.limit)
    return {"metrics": metrics, "version": made.recommender_arn, "answers": _asked(session, what, question, about)}


def _told(session: Session, metrics: dict[str, float]) -> dict[str, float]:
    if metrics:
        session.talk.note("metrics: " + ", ".join(f"{name} {value:.4f}" for name, value in sorted(metrics.items())))
    return metrics


def _askable(what: Run, recipe: str, about: str) -> None:
    """Raises UsageError where the recipe cannot be asked so."""
    name = recipes.short(recipe)
    if about == ACTIONS:
        raise UsageError(f"`run` has no tables for {name}", hint="awsml personalize import, train, deploy, actions")
    if about == RANKING and what.asked and not what.rank:
        raise UsageError(f"{name} ranks items: which?", hint="--item ID, several times, beside --user")
    if what.domain and what.batch:
        raise UsageError("a recommender answers no batch jobs", hint="leave --batch or --domain out")
    if what.batch and not what.asked:
        raise UsageError("whom is the batch about?", hint="--user ID, or --user - for those in stdin")
    if about == SEGMENTS and not what.asked:
        raise UsageError(f"{name} finds users for items: which?", hint="--item ID")


def _asked(session: Session, what: Run, question: Question, about: str) -> list[Any]:
    answers = []
    for number, one in enumerate(what.asked, 1):
        if about == ITEMS:
            found = asking.for_item(session, question, one)
        elif about == RANKING:
            found = asking.ranked(session, question, one, what.rank)
        else:
            found = asking.for_user(session, question, one)
        answers.append([one, found])
        if number % 100 == 0:
            session.talk.progress("asking for recommendations", done=number / len(what.asked))
    session.talk.settled()
    return answers


def _by_batch(session: Session, what: Run, version: str, about: str, until: Deadline) -> list[Any]:
    media = batches.held(session, batches.questions(about, what.asked, what.rank))
    wish = Batch(version, media, segments=about == SEGMENTS, limit=what.limit, role=what.role, bucket=what.bucket)
    arn = batches.begin(session, wish, until=until)
    batches.finished(session, arn, until=until)
    return [[asked, found] for asked, found in batches.answered(session, arn)]


def pending(what: Run, over: Unfinished) -> Pending:
    """What `--no-wait` gives where AWS is still at it."""
    return Pending(id=str(over.job), name=what.group, message=over.message)


def plan(session: Session, what: Run) -> list[Step]:
    """What the run would call, on what, and its likely price; a campaign for the hour that it is there at the least."""
    recipe = what.recipe
    steps = importing.plan(what.tables, Into(what.group))
    name = f"{what.group}-{recipe}"
    if what.domain:
        charge = Charge(what.tps, "transactions a second, for an hour", what.tps * prices.PERSONALIZE_TPS_HOUR)
        steps.append(step("personalize:CreateRecommender", name, charge=charge))
    else:
        steps += training.plan(name, recipe, rows=what.tables[0].report.rows)
    if what.batch or recipes.about(recipe) == SEGMENTS:
        steps += batches.plan(name, count=len(what.asked))
    elif what.asked:
        if not what.domain:
            steps.append(serving.deploying(name, what.tps))
        each = prices.PERSONALIZE_V2_RECOMMENDATION if "-v2" in recipe else prices.PERSONALIZE_RECOMMENDATION
        charge = Charge(len(what.asked), "requests", len(what.asked) * each)
        steps.append(step("personalize-runtime:GetRecommendations", name, calls=len(what.asked), charge=charge))
    if not what.keep:
        steps.append(step("personalize:DeleteDatasetGroup", f"{what.group} and all in it"))
    return steps


def group_named(name: str) -> str:
    """NAME, if AWS takes it as a name. Raises InputError."""
    if not re.fullmatch(r"[a-zA-Z0-9][a-zA-Z0-9_-]{0,62}", name):
        raise InputError(
            f"AWS takes no such name: `{name}`",
            hint="letters, digits, - and _, at most 63, beginning with a letter or digit",
        )
    return name

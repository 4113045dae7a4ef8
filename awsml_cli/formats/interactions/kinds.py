"""The kinds of tables that Personalize takes, their columns, and what people call these.

https://docs.aws.amazon.com/personalize/latest/dg/how-it-works-dataset-schema.html and …/domain-use-cases.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

USER, ITEM, ACTION, TIME = "USER_ID", "ITEM_ID", "ACTION_ID", "TIMESTAMP"
EVENT, VALUE, IMPRESSION, CREATED = "EVENT_TYPE", "EVENT_VALUE", "IMPRESSION", "CREATION_TIMESTAMP"

# what people call the columns: letters and digits alone, in lower case
_CALLED: Final = {
    USER: ("userid", "user", "uid", "customerid", "customer", "visitorid", "visitor", "memberid"),
    ITEM: ("itemid", "item", "productid", "product", "movieid", "articleid", "videoid", "contentid", "sku", "asin"),
    ACTION: ("actionid", "action"),
    TIME: ("timestamp", "time", "ts", "unixtimestamp", "eventtime", "datetime", "date"),
}
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Kind:
    """A kind of table.

    `name` is that of its schema, `dataset` that of its dataset; `needed` columns must be there and never empty, those
    of them in `ids` are ids; `reserved` gives the Avro type of names that mean something to Personalize; `domains` what
    a dataset group for a domain needs besides. `metadata` is the most columns of one's own, `least` the fewest.
    """

    name: str
    dataset: str
    needed: tuple[str, ...]
    ids: tuple[str, ...]
    reserved: Mapping[str, str]
    metadata: int
    least: int = 0
    domains: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def known(self, name: str) -> str | None:
        """The column of Personalize's that NAME means, or None."""
        told = re.sub(r"[^a-z0-9]", "", name.lower())
        for column in self.needed:
            if told in _CALLED.get(column, ()):
                return column
        return next((column for column in self.reserved if told == column.lower().replace("_", "")), None)


INTERACTIONS: Final = Kind(
    "Interactions",
    "Interactions",
    (USER, ITEM, TIME),
    (USER, ITEM),
    {EVENT: "string", VALUE: "float", IMPRESSION: "string", "RECOMMENDATION_ID": "string"},
    metadata=5,
    domains={"ECOMMERCE": (EVENT,), "VIDEO_ON_DEMAND": (EVENT,)},
)
USERS: Final = Kind("Users", "Users", (USER,), (USER,), {}, metadata=25, least=1)
ITEMS: Final = Kind(
    "Items",
    "Items",
    (ITEM,),
    (ITEM,),
    {CREATED: "long"},
    metadata=100,
    least=1,
    domains={"ECOMMERCE": ("PRICE", "CATEGORY_L1"), "VIDEO_ON_DEMAND": ("GENRES", CREATED)},
)
ACTIONS: Final = Kind(
    "Actions",
    "Actions",
    (ACTION,),
    (ACTION,),
    {"VALUE": "float", "ACTION_EXPIRATION_TIMESTAMP": "long", "REPEAT_FREQUENCY": "int", CREATED: "long"},
    metadata=10,
    least=1,
)
ACTION_INTERACTIONS: Final = Kind(
    "ActionInteractions",
    "Action_Interactions",
    (USER, ACTION, EVENT, TIME),
    (USER, ACTION),
    {EVENT: "string"},
    metadata=0,
)
KINDS: Final = {
    "interactions": INTERACTIONS,
    "users": USERS,
    "items": ITEMS,
    "actions": ACTIONS,
    "action-interactions": ACTION_INTERACTIONS,
}


def is_time(column: str) -> bool:
    """Whether COLUMN holds Unix seconds."""
    return column == TIME or column.endswith("_TIMESTAMP")


def headings(kind: Kind, head: Sequence[str], rename: Mapping[str, str]) -> list[str]:
    """HEAD as Personalize must be told it: RENAME first, then what is known by another name, then what it can spell."""
    names: list[str] = []
    for cell in head:
        name = cell.strip().removeprefix("\ufeff")
        wanted = rename.get(name) or kind.known(name) or spelled(name)
        names.append(spelled(name) if wanted in names and name not in rename else wanted)
    return names


def spelled(name: str) -> str:
    """NAME with what an Avro schema cannot spell replaced by `_`."""
    if _NAME.fullmatch(name):
        return name
    made = re.sub(r"\W", "_", name.strip(), flags=re.ASCII)
    return made if _NAME.fullmatch(made) else f"_{made}"

"""The language of Personalize's filters: read, refused with the place, and applied."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from awsml_cli.core.errors import InputError
from awsml_cli.formats import filters

ITEM = {"GENRE": ["Drama", "Crime"], "PRICE": ["9.5"]}


def lookup(table: str, name: str) -> Sequence[str]:
    return ITEM.get(name, []) if table == "Items" else {"AGE": ["31"]}.get(name, [])


@pytest.mark.parametrize(
    ("where", "holds"),
    [
        ('Items.GENRE IN ("Drama")', True),
        ('Items.GENRE IN ("Comedy", "Crime")', True),
        ('Items.GENRE NOT IN ("Drama")', False),
        ('Items.GENRE IN ("*")', True),
        ('Items.COLOUR IN ("*")', False),
        ("Items.PRICE < 10", True),
        ("Items.PRICE >= 10", False),
        ("Items.PRICE = 9.5", True),
        ('Items.GENRE IN ("Comedy") OR Items.PRICE < 10', True),
        ('Items.GENRE IN ("Comedy") AND Items.PRICE < 10', False),
        ("Items.GENRE IN ($KIND)", True),
        ('items.GENRE in ("Drama")', True),
    ],
)
def test_conditions(where: str, holds: bool) -> None:
    (rule,) = filters.parse(f"INCLUDE ItemID WHERE {where}")
    assert rule.applies(lookup, {"KIND": ["Crime"]}) is holds


def test_a_rule_may_concern_some_users_alone() -> None:
    (rule,) = filters.parse('EXCLUDE ItemID WHERE Items.GENRE IN ("Crime") IF CurrentUser.AGE > 30')
    assert (rule.action, rule.concerns(lookup, {})) == ("EXCLUDE", True)
    (rule,) = filters.parse('EXCLUDE ItemID WHERE Items.GENRE IN ("Crime") IF CurrentUser.AGE > 40')
    assert rule.concerns(lookup, {}) is False


def test_several_rules_their_fields_and_parameters() -> None:
    rules = filters.parse(
        'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("buy") | INCLUDE ItemID WHERE Items.GENRE IN ($A, $B)'
    )
    assert [(rule.fields, rule.parameters) for rule in rules] == [
        ([("Interactions", "EVENT_TYPE")], []),
        ([("Items", "GENRE")], ["A", "B"]),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "at character 1: INCLUDE or EXCLUDE was wanted, not the end"),
        ("EXCLUDE Item WHERE", "at character 9: ItemID or UserID or ActionID was wanted, not `Item`"),
        ("EXCLUDE ItemID WHERE GENRE IN (1)", "at character 22: a field, as Items.GENRE was wanted, not `GENRE`"),
        (
            "EXCLUDE ItemID WHERE Items.GENRE LIKE 1",
            "at character 34: IN, NOT IN, =, <, <=, > or >= was wanted, not `LIKE`",
        ),
        ("EXCLUDE ItemID WHERE Items.GENRE IN (Drama)", "a value in quotes, a number, a $PARAMETER or * was wanted"),
        ('EXCLUDE ItemID WHERE Items.GENRE IN ("a"', "`,` or `)` was wanted, not the end"),
        ('EXCLUDE ItemID WHERE Items.GENRE IN ("a") nonsense', "`|` and another rule, or the end was wanted"),
        ("EXCLUDE ItemID WHERE Items.GENRE IN (é%)", "a value in quotes"),
        ("EXCLUDE ItemID WHERE Items.GENRE = " + "1" * 2500, "2535 characters; AWS takes 2500"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        filters.parse(text)
    assert said in refused.value.message


def test_values_of_parameters() -> None:
    assert filters.values('"Drama","Sci \\"Fi\\"",12') == ["Drama", 'Sci \\"Fi\\"', "12"]

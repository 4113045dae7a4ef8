"""Words that Forecast keeps for itself, of those that people do call a column: nearly all are of SQL.

https://docs.aws.amazon.com/forecast/latest/dg/reserved-field-names.html
"""

from __future__ import annotations

from typing import Final

RESERVED: Final = frozenset(
    """
    a action add admin after all alter analyze and any array as asc at authorization avg before begin between
    both by cascade case cast char check class close column comment commit condition connect constraint convert
    copy count create cross cube current current_date current_time current_timestamp current_user cursor data
    database datetime day deallocate decimal declare default delete desc describe dict distinct double drop each
    else end equals escape exception exec exists exit explain export external extract false fetch file filter
    first float follow for foreign format from full function get global go grant group grouping having hour
    identity if ignore import in index inner insert int integer intersect interval into is join key language
    last lateral leading left level like limit local lock long map match max merge min minus minute mod month
    name natural new next no not null number numeric object of off offset old on only open operation option or
    order out outer over overlaps owner partition password path period plan position power precision prepare
    primary prior privileges procedure public quota range rank read real references release rename replace
    resource return revoke right role rollback row rows schema scroll second section select sequence session set
    share show size smallint some source start state static status storage store string struct subset sum system
    table tag task temp temporary then time timezone to total trailing transaction trigger true truncate type
    union unique unit unknown update usage use user using values varchar varying version view wait week when
    where while window with without work write year zone
    """.split()  # noqa: SIM905 - a list of words is read as words
)

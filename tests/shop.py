"""A small shop, as tables that recommendations are learnt from: 30 users, 39 items, 1,200 interactions."""

from __future__ import annotations

USERS, ITEMS, ROUNDS = 30, 39, 40


def interactions(*, event: bool = False, milliseconds: bool = False) -> str:
    """Who viewed what: a user likes a third of the items, those that leave one remainder by three, and has seen some."""
    head = "USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP\n" if event else "USER_ID,ITEM_ID,TIMESTAMP\n"
    rows = []
    for turn in range(ROUNDS):
        for user in range(1, USERS + 1):
            liked = turn * (user % 4 + 1) % 8 + user % 5
            item = 1 + user % 3 + 3 * liked
            moment = (1_700_000_000 + turn * 3600 + user) * (1000 if milliseconds else 1)
            rows.append(f"u{user},i{item},{'view,' if event else ''}{moment}\n")
    return head + "".join(rows)


def users() -> str:
    """Their ages."""
    return "USER_ID,AGE\n" + "".join(f"u{user},{20 + user}\n" for user in range(1, USERS + 1))


def items() -> str:
    """Genres and prices."""
    kinds = ("Drama", "Comedy|Drama", "Crime")
    rows = (f"i{item},{kinds[item % 3]},{item / 2}\n" for item in range(1, ITEMS + 1))
    return "ITEM_ID,GENRE,PRICE\n" + "".join(rows)

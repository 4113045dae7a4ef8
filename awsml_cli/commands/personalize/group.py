"""The group."""

from __future__ import annotations

from awsml_cli.cli.app import CommandGroup

app = CommandGroup("What people will like next, with Amazon Personalize.")
filters_group = app.group("filter", "Filters: what is never to be recommended, or alone.")
campaigns_group = app.group("campaigns", "Where a training answers at once, billed until it is removed.")
recommenders_group = app.group("recommenders", "The same for a domain: they train by themselves, and can be stopped.")
trackers_group = app.group("trackers", "Where events are sent to; a dataset group has one.")
users_group = app.group("users", "What becomes known of users.")
actions_group = app.group("actions", "What a user may do next, and what becomes known of it.", default="next")
items_group = app.group("items", "What becomes known of items.")
jobs_group = app.group("jobs", "Imports, trainings and batches: list, look at, wait for, stop, read.")

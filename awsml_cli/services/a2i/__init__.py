"""Amazon Augmented AI: pages for reviewers, flows, and the loops in which people answer."""

from awsml_cli.services.a2i.flows import FlowAsked, create_flow, find_flow, flows, plan_flow, remove_flow
from awsml_cli.services.a2i.loops import (
    CLASSIFIERS,
    answers,
    get_loop,
    loops,
    loops_of_all,
    named,
    remove_loop,
    start_loop,
    stop_loop,
    wait_loop,
)
from awsml_cli.services.a2i.pages import create_page, page, pages, remove_page

__all__ = [
    "CLASSIFIERS",
    "FlowAsked",
    "answers",
    "create_flow",
    "create_page",
    "find_flow",
    "flows",
    "get_loop",
    "loops",
    "loops_of_all",
    "named",
    "page",
    "pages",
    "plan_flow",
    "remove_flow",
    "remove_loop",
    "remove_page",
    "start_loop",
    "stop_loop",
    "wait_loop",
]

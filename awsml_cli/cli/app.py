"""The edge: gives every command the common options, a Session, and somewhere to show what it returns.

The other clever place (decision 0004). A command is a function `(session, …) -> value`; here its signature loses
`session`, gains the options that all commands share, and what it returns is rendered. The function itself is
handed back untouched, so that it can be called from Python.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import typer

from awsml_cli.cli import destination, lazy, options, query, render, report
from awsml_cli.cli.talk import TerminalTalk
from awsml_cli.core import config
from awsml_cli.core.errors import AwsmlError
from awsml_cli.core.session import Session

F = TypeVar("F", bound=Callable[..., Any])

_COMMON: dict[str, tuple[Any, Any]] = {
    "format": (options.FormatOption, "auto"),
    "output": (options.OutputOption, None),
    "query": (options.QueryOption, None),
    "profile": (options.ProfileOption, None),
    "region": (options.RegionOption, None),
    "endpoint_url": (options.EndpointOption, None),
    "local": (options.LocalOption, None),
    "quiet": (options.QuietOption, False),
    "verbose": (options.VerboseOption, False),
    "debug": (options.DebugOption, False),
    "dry_run": (options.DryRunOption, False),
    "yes": (options.YesOption, False),
}
_KEEPING: dict[str, tuple[Any, Any]] = {
    "cache": (options.CacheOption, None),
    "fresh": (options.FreshOption, False),
}
_VIEW = ("format", "destination", "query")  # what a command may ask of how and where its answer is shown
_MANY: dict[str, tuple[Any, Any]] = {
    "no_input": (options.NoInputOption, False),
    "errors": (options.ErrorsOption, None),
}


class CommandGroup:
    """A group of commands: `awsml NAME …`, one module in `commands/`."""

    def __init__(self, help: str, *, default: str | None = None, wordless: bool = False) -> None:
        self.typer = typer.Typer(
            cls=lazy.with_default(default, wordless=wordless) if default else None,
            help=help,
            no_args_is_help=not wordless,
            add_completion=False,
            rich_markup_mode=None,
            pretty_exceptions_enable=False,
        )
        self.typer.callback()(lambda: None)

    def group(self, name: str, help: str, *, default: str | None = None) -> CommandGroup:
        """A group inside this one."""
        inner = CommandGroup(help, default=default)
        self.typer.add_typer(inner.typer, name=name)
        return inner

    def command(
        self,
        name: str | None = None,
        *,
        formats: render.Formats | None = None,
        keeps: bool = False,
        many: bool = False,
        bare: Mapping[str, str] | None = None,
        others: bool = False,
        examples: str = "",
    ) -> Callable[[F], F]:
        """Add a command; its docstring's first line is its help.

        FORMATS are its own formats; KEEPS adds `--cache` and `--fresh`, MANY what goes with many inputs;
        BARE names options whose value may be left out, with the value that this means; with OTHERS, words that look
        like options and are none of the command's are its last argument's.
        """
        extra = {**_COMMON, **(_KEEPING if keeps else {}), **(_MANY if many else {})}

        def add(function: F) -> F:
            run = _runner(function, extra, formats or {})
            epilog = f"Examples:\n\n\b\n{inspect.cleandoc(examples)}" if examples else None
            self.typer.command(
                name or function.__name__.rstrip("_").replace("_", "-"),
                help=inspect.cleandoc(function.__doc__ or "").split("\n\n")[0],
                epilog=epilog,
                cls=lazy.OpenCommand if others else lazy.with_bare(bare or {}),
                context_settings={"ignore_unknown_options": others},
            )(run)
            return function

        return add


@dataclass(frozen=True)
class Joined:
    """Says of a command's parameter that it is made from options of its own: those of the function MAKE.

    Write `look: Annotated[Options, Joined(look_options)]`, and the options of `look_options` are the command's.
    """

    make: Callable[..., Any]

    @property
    def parameters(self) -> list[inspect.Parameter]:
        """The options."""
        found = inspect.signature(self.make, eval_str=True).parameters.values()
        return [option.replace(kind=inspect.Parameter.KEYWORD_ONLY) for option in found]


def _joined(parameter: inspect.Parameter) -> Joined | None:
    return next((mark for mark in getattr(parameter.annotation, "__metadata__", ()) if isinstance(mark, Joined)), None)


def _runner(function: Callable[..., Any], extra: Mapping[str, tuple[Any, Any]], formats: render.Formats) -> Any:
    signature = inspect.signature(function, eval_str=True)
    own: list[inspect.Parameter] = []
    groups: dict[str, Joined] = {}
    for parameter in signature.parameters.values():
        if group := _joined(parameter):
            groups[parameter.name] = group
            own.extend(group.parameters)
        elif parameter.name not in ("session", *_VIEW):
            own.append(parameter)
    wanted = [name for name in _VIEW if name in signature.parameters]
    common = [
        inspect.Parameter(word, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for word, (annotation, default) in extra.items()
    ]

    @functools.wraps(function)
    def run(**words: Any) -> int:
        shared = {word: words.pop(word) for word in extra}
        for name, group in groups.items():
            words[name] = functools.partial(group.make, **{p.name: words.pop(p.name) for p in group.parameters})
        return _run(function, words, shared, formats, wanted=wanted)

    run.__signature__ = signature.replace(parameters=[*own, *common], return_annotation=int)  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in [*own, *common]}
    del run.__wrapped__
    return run


def _run(
    function: Callable[..., Any],
    words: dict[str, Any],
    shared: Mapping[str, Any],
    formats: render.Formats,
    *,
    wanted: Sequence[str],
) -> int:
    settled = config.load(shared)
    talk = TerminalTalk(-1 if shared["quiet"] else 2 if shared["debug"] else int(shared["verbose"]))
    withheld = config.withheld(Path.cwd() / config.PROJECT_FILE)
    if withheld:
        talk.warn(f"{', '.join(withheld)} in {config.PROJECT_FILE} does not count before `awsml config trust`")
    session = Session(
        settled,
        talk=talk,
        dry_run=shared["dry_run"],
        assume_yes=shared["yes"],
        fresh=shared.get("fresh", False),
        keep=shared.get("cache"),
    )
    view = render.View(
        destination.settle(shared["format"], shared["output"], own=formats),
        query=shared["query"],
        own=formats,
        name_inputs=not shared.get("no_input", False),
        errors=shared.get("errors"),
    )
    query.check(view.query)
    joined = [word.keywords.values() if isinstance(word, functools.partial) else (word,) for word in words.values()]
    destination.spare(shared["output"], (word for group in joined for word in group))
    words |= {name: getattr(view, name) for name in wanted}
    try:
        made = {name: word() if isinstance(word, functools.partial) else word for name, word in words.items()}
        answer = function(session, **made)
        if session.dry_run and session.local:
            from awsml_cli.core.plan import unpaid

            answer = unpaid(answer)
        return render.show(answer, view)
    except report.Terminated:
        talk.settled()
        raise report.Interrupted(143, session.running) from None
    except KeyboardInterrupt:
        talk.settled()
        raise report.Interrupted(130, session.running) from None
    except AwsmlError as error:
        talk.settled()
        return report.error_line(error, debug=shared["debug"])
    finally:
        talk.settled()
        session.close()

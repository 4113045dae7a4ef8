"""The page at `/`: what runs here, in plain HTML."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape
from typing import Final

from awsml_cli import __version__
from awsml_cli.local import jobs, performing
from awsml_cli.local.engines import engines
from awsml_cli.local.serve import beyond
from awsml_cli.local.serve.http import Reply
from awsml_cli.local.store import Store

_MOST: Final = 100  # jobs that are shown
_STYLE: Final = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:70em;margin:2em auto;padding:0 1em;color-scheme:light dark}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.25em .75em .25em 0;"
    "border-bottom:1px solid #8884;vertical-align:top}summary{cursor:pointer}code{font-size:90%}"
)
_SAFE: Final = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def shown(store: Store) -> Reply:
    """The page, with the engines, and the jobs of STORE, as they are now."""
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8><title>awsml local serve</title>",
        f"<style>{_STYLE}</style><h1>awsml {escape(__version__)}: AWS's AI on this machine</h1>",
        "<p>Programs find it by <code>AWS_ENDPOINT_URL</code>. <a href=/health>/health</a> says how it is.</p>",
        "<h2>Jobs</h2>",
        _table(("Job", "Name", "Status", "Since"), _jobs(store), none="None yet."),
        "<h2>Engines</h2>",
        _table(("Does", "Engine", "Version", "Quality", "Languages"), _engines(), none="None is installed."),
        "<h2>Services</h2>",
        *(_service(name) for name in performing.SERVICES),
        *(f"<p>{name}, by moto, until the server ends</p>" for name in beyond.SERVICES if beyond.installed()),
        "</html>",
    ]
    return Reply(200, "\n".join(parts).encode(), dict(_SAFE))


def _service(name: str) -> str:
    found = sorted(performing.operations(name))
    return f"<details><summary>{name}: {len(found)} operations</summary><p>{', '.join(found)}</p></details>"


def _jobs(store: Store) -> Iterable[tuple[str, ...]]:
    for kind, name, job in store.jobs()[:_MOST]:
        since = job.get("Created") or job.get("made")
        when = datetime.fromtimestamp(since, UTC).isoformat(" ", "seconds") if since else ""
        yield kind, name, jobs.state(store, kind, name, job), when


def _engines() -> Iterable[tuple[str, ...]]:
    for engine in engines():
        if engine.installed:
            yield engine.job, engine.name, engine.version or "", engine.quality, ", ".join(engine.languages)


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]], *, none: str) -> str:
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    if not body:
        return f"<p>{none}</p>"
    return "<table><tr>" + "".join(f"<th>{head}</th>" for head in heads) + f"</tr>{body}</table>"

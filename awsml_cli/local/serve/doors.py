"""Who may ask: programs, and not the pages that somebody's browser happens to show.

A page from elsewhere can make a browser send requests to this machine, and a name that suddenly leads here (DNS
rebinding) can make it take the answers for its own. So the name that is asked for has to be this machine's, and what a
browser sends on behalf of another site is refused.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import re
import socket
import sys
from collections.abc import Iterable, Mapping

SHOWN = ("/", "/health")
"""What a browser may open from anywhere: it changes nothing, and another site cannot read it."""
_ESTABLISHED = "01"  # the state of a line whose two ends are open


def is_loopback(host: str) -> bool:
    """Whether HOST is reached from this machine alone."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def is_own(client: tuple[str, int] | None, server: tuple[str, int] | None) -> bool:
    """Whether CLIENT, who has a line to SERVER, is a program of this process's own user (or of root) on this machine.

    Where the system does not tell whose a line is (all but Linux), whoever is on this machine is taken for it.
    """
    if client is None or server is None or not is_loopback(client[0]):
        return False
    if not sys.platform.startswith("linux"):
        return True
    return _user_of(client, server) in (0, os.geteuid())


def _user_of(client: tuple[str, int], server: tuple[str, int]) -> int | None:
    """Whose the line from CLIENT to SERVER is: proc(5), /proc/net/tcp. None where its owner has let it go.

    Both ends count, since lines to elsewhere may begin at the same port. A line that no program holds has no inode, and
    the system says of it that it is root's.
    """
    wanted = [_in_table(client), _in_table(server)]
    table = "/proc/net/tcp" if len(wanted[0]) == len("0100007F:1234") else "/proc/net/tcp6"
    with contextlib.suppress(OSError), open(table, encoding="ascii") as lines:
        for line in lines:
            fields = line.split()
            if fields[1:3] == wanted:
                return int(fields[7]) if fields[3] == _ESTABLISHED and fields[9] != "0" else None
    return None


def _in_table(end: tuple[str, int]) -> str:
    """An end of a line as the system's table writes it."""
    address = ipaddress.ip_address(end[0])
    address = getattr(address, "ipv4_mapped", None) or address
    words = [address.packed[at : at + 4] for at in range(0, len(address.packed), 4)]
    return "".join(f"{int.from_bytes(word, sys.byteorder):08X}" for word in words) + f":{end[1]:04X}"


class Door:
    """Lets requests in; NAMES are those that this machine has beside the usual ones."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names = {name.lower() for name in (*names, "localhost", socket.gethostname())}

    def refusal(self, method: str, path: str, headers: Mapping[str, str]) -> str | None:
        """Why this request is not answered, or None."""
        host = headers.get("host", "")
        if not self._is_here(host):
            return f"{host or 'a request without a host'} is not this machine; `--allow-host NAME` allows a name"
        origin = headers.get("origin")
        if origin is not None and re.sub(r"^https?://", "", origin) != host:
            return "pages of other sites may not use this server"
        foreign = headers.get("sec-fetch-site") in ("cross-site", "same-site")
        if foreign and not (method == "GET" and path in SHOWN and headers.get("sec-fetch-mode") == "navigate"):
            return "pages of other sites may not use this server"
        return None

    def _is_here(self, host: str) -> bool:
        name = re.sub(r":\d+$", "", host.lower()).rstrip(".")
        try:
            ipaddress.ip_address(name.strip("[]"))
        except ValueError:
            return name in self._names or name.endswith(".localhost")
        return True  # whoever asks for an address was not led here by a name

"""Where else a bot may be reached: what AWS's API has no operation for, said as it is.

The service's model knows no channel: https://docs.aws.amazon.com/lexv2/latest/dg/deploying-messaging-platform.html
has them set up in the console, by hand.
"""

from __future__ import annotations

from typing import ClassVar, Final

from awsml_cli.core.errors import UsageError
from awsml_cli.core.record import Listing, Record

_CONSOLE: Final = "the console of Lex V2 only: Bots, the bot, Channel integrations"
_GUIDE: Final = "https://docs.aws.amazon.com/lexv2/latest/dg/"


class Channel(Record):
    """A way to reach a bot; `set_up` says where it is made, `instead` what a command line can do in its stead."""

    columns: ClassVar = ("name", "set_up", "instead")

    name: str
    set_up: str
    instead: str
    source: str


CHANNELS: Final = (
    Channel(
        name="Facebook Messenger",
        set_up=_CONSOLE,
        instead="a web hook of your own that calls `awsml lex say BOT TEXT --session SENDER -f json`",
        source=_GUIDE + "deploy-facebook.html",
    ),
    Channel(
        name="Slack",
        set_up=_CONSOLE,
        instead="an app of Slack's that calls `awsml lex say BOT TEXT --session USER -f json`",
        source=_GUIDE + "deploy-slack.html",
    ),
    Channel(
        name="Twilio SMS",
        set_up=_CONSOLE,
        instead="a web hook of your own that calls `awsml lex say BOT TEXT --session NUMBER -f json`",
        source=_GUIDE + "deploy-twilio-sms.html",
    ),
    Channel(
        name="Amazon Connect",
        set_up="Amazon Connect: aws connect associate-bot, then a contact flow",
        instead="nothing of Lex's: the telephone belongs to Connect",
        source="https://docs.aws.amazon.com/connect/latest/adminguide/amazon-lex.html",
    ),
    Channel(
        name="Mobile SDK",
        set_up="the app's own code: the SDKs for Android and iOS, AWS Amplify",
        instead="`awsml lex say`, `listen` and `speak` call the same operations of the runtime",
        source=_GUIDE + "what-is.html",
    ),
)


def channels() -> Listing:
    """All of them."""
    return Listing(iter(CHANNELS), "Channels")


def refuse(word: str) -> None:
    """Raises UsageError: whatever WORD wants of a channel, no operation does it."""
    raise UsageError(
        f"AWS's API has no operation for channels, so `{word}` cannot be done from here",
        hint="`awsml lex channels` says where each is set up",
    )

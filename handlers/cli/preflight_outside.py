"""Pre-flight checks of what has to answer: clocks, judges, the ops cards of the running Interlock."""

from datetime import timedelta
from urllib.parse import urljoin

import aiohttp

from bot.adapters.config.providers_file import configured_providers
from bot.adapters.skew import read_date, skew
from bot.adapters.store.wall_clock import database_clock
from bot.app import Core
from handlers.cli.finding import Finding, bad, good, unreachable

_PATIENCE = aiohttp.ClientTimeout(total=10)
CARD = "/ops/cards/reason-trends"


async def check_outside(core: Core, url: str, token: str, limit: timedelta) -> list[Finding]:
    """Every check that asks somebody; none of them raises for an answer that does not come."""
    base = url or f"http://127.0.0.1:{core.settings.port}"
    async with aiohttp.ClientSession(timeout=_PATIENCE) as session:
        return [
            await _clock(session, core, limit),
            await _judges(session, core),
            await _card(session, base, token),
        ]


async def _clock(session: aiohttp.ClientSession, core: Core, limit: timedelta) -> Finding:
    """Real skew against other machines' clocks: Slack's, and the database's where it has one. A file that we wrote
    ourselves would measure nothing (contracts 1.15)."""
    found: list[tuple[str, timedelta]] = []
    before = core.clock.now()
    if (theirs := database_clock(core.store)) is not None:
        found.append(("the database", skew(before, core.clock.now(), theirs)))
    if core.settings.slack_bot_token is not None:
        before = core.clock.now()
        try:
            async with session.post(urljoin(core.settings.slack_api_url, "api.test")) as answer:
                date = read_date(answer.headers.get("Date"))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return unreachable("clock", f"Slack cannot be reached ({type(error).__name__})", "Check the network.")
        if date is not None:
            found.append(("Slack", skew(before, core.clock.now(), date)))
    if not found:
        return unreachable("clock", "there is no other clock to compare with", "Set SLACK_BOT_TOKEN.")
    told = ", ".join(f"{round(abs(off).total_seconds(), 1):g} s off {name}'s" for name, off in found)
    if max(abs(off) for _, off in found) > limit:
        return bad("clock", told, "Set this machine's clock by NTP.")
    return good("clock", told)


async def _judges(session: aiohttp.ClientSession, core: Core) -> Finding:
    """Every judge that is reached over HTTP says that it is ready."""
    addresses = {one.id: one.url for one in configured_providers(core.settings.config) if one.url}
    if not addresses:
        return good("judges", "none is configured, so no gate asks one")
    silent, unready = [], []
    for name, address in addresses.items():
        try:
            async with session.get(urljoin(address, "/readyz")) as answer:
                if answer.status != 200:
                    unready.append(f"{name} answers {answer.status}")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            silent.append(f"{name} ({type(error).__name__})")
    if unready:
        return bad("judges", ", ".join(unready), "Ask its /readyz with ?explain=1.")
    if silent:
        return unreachable("judges", f"no answer from {', '.join(silent)}", "Start them, or take them out.")
    return good("judges", f"{len(addresses)} ready")


async def _card(session: aiohttp.ClientSession, base: str, token: str) -> Finding:
    """The ops card answers, and a second time with 304 for what did not change."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    address = urljoin(base, CARD)
    try:
        async with session.get(address, headers=headers) as first:
            status, tag = first.status, first.headers.get("ETag", "")
        if status != 200:
            advice = "Give a token with ops:read: --token, INTERLOCK_TOKEN."
            return bad("ops card", f"{address} answers {status}", advice)
        async with session.get(address, headers=headers | {"If-None-Match": tag}) as second:
            again = second.status
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        advice = "Start Interlock, or name it with --url."
        return unreachable("ops card", f"{address} cannot be reached ({type(error).__name__})", advice)
    if again != 304:
        return bad("ops card", f"the same card again answers {again}, not 304", "Look for a proxy that strips ETag.")
    return good("ops card", "200, then 304 for the same content")

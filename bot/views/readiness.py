"""Why a process is not ready, or works with a warning: a sentence for every code, without anything that an outsider
should not read."""

from collections.abc import Mapping

_WORDS = {
    "database.unavailable": "The database does not answer. Check that it runs and that DATABASE_URL is right.",
    "database.pending_migrations": "The database is behind this program. Run `interlock db upgrade`.",
    "database.newer": "A newer Interlock migrated the database. Upgrade this one.",
    "keys.audit_unreadable": "The audit key cannot be read, or is not the one that this process started with. "
    "Put the right file back, and restart.",
    "keys.missing": "A service uses the stage deployer, and no stage key is set. Set INTERLOCK_STAGE_KEYS.",
    "keys.load_failed": "{source} names judges' keys that cannot be read ({code}). Run `interlock keys status`.",
    "keys.not_read_yet": "The judges' keys of {source} are being read.",
    "keys.none_active": "{source} holds no active key, so nothing is signed. Run `interlock keys status`.",
    "keys.stale": "{source} cannot be read ({code}); the judges' keys are those of {seconds} s ago.",
    "clock.skew": "This machine's clock is {seconds} s {side} {other}'s. Have NTP set it.",
    "slack.unknown": "Slack has not said yet who the bot is. Check SLACK_BOT_TOKEN and the network.",
    "slack.other_team": "The token belongs to the workspace {found}, and interlock.yaml names {wanted}: nothing is "
    "served. Correct `team`, or set the token of the right workspace.",
    "slack.not_connected": "There is no connection to Slack. It is built again; check SLACK_APP_TOKEN if this stays.",
    "slack.silent": "The connection to Slack has been silent for {seconds} s. It is being built again.",
    "config.broken": "The configuration has mistakes; the last good one is in force. Run `interlock config check`.",
}


def unready(code: str, about: Mapping[str, object]) -> str:
    """The sentence of a code; what follows a colon in it tells the cause."""
    return _WORDS[code.partition(":")[0]].format_map({"code": code} | dict(about))

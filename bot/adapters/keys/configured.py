"""Which sources of judges' keys the settings name, in the order in which they count.

One order for all: the environment's list, the file, SSM, KMS, and last the single key of old. The first one that is
named is the ring, whole. Keys of two sources are never mixed: a source that is named beside it is said in `keys
status`, with every id that both hold (contracts 1.13: there, SSM's keys silently replaced the environment's).
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from bot.adapters.durable import replace_file
from bot.adapters.keys.aws import KmsKeys, SsmKeys
from bot.adapters.keys.errors import KeysNotWritable
from bot.adapters.keys.live import LiveRing, Now
from bot.adapters.keys.sources import GivenKeys, KeyFile, KeySource, read_private
from bot.adapters.lock import locked
from bot.settings import Settings, variables_of
from bot.settings.credentials import JudgeKey


def sources_of(settings: Settings) -> tuple[KeySource, ...]:
    """Every source that is named, the one that counts first."""
    return tuple(_named(settings))


def open_ring(settings: Settings, now: Now) -> LiveRing | None:
    """The ring that the settings name, not read yet; None where no source is named, which is no empty ring."""
    sources = sources_of(settings)
    return LiveRing(sources[0], now) if sources else None


def _named(settings: Settings) -> Iterator[KeySource]:
    region = settings.aws_region
    if settings.judge_keys:
        yield GivenKeys(_name("judge_keys"), settings.judge_keys)
    if settings.judge_keys_file is not None:
        yield KeyFile(_name("judge_keys_file"), settings.judge_keys_file)
    if settings.judge_keys_parameter is not None:
        yield SsmKeys(_name("judge_keys_parameter"), settings.judge_keys_parameter, region)
    if settings.judge_keys_sealed_file is not None:
        yield _sealed_file(_name("judge_keys_sealed_file"), settings.judge_keys_sealed_file, region)
    if settings.judge_keys_sealed is not None:
        given = settings.judge_keys_sealed.get_secret_value().encode()
        yield KmsKeys(_name("judge_keys_sealed"), "KMS, in the environment", region, lambda: given)
    if settings.judge_key is not None:
        yield GivenKeys(_name("judge_key"), (JudgeKey(key_id="legacy", secret=settings.judge_key),))


def _sealed_file(name: str, path: Path, region: str | None) -> KmsKeys:
    def read() -> bytes:
        return read_private(path, name)

    def write(content: Callable[[], bytes]) -> None:
        target = path.resolve()
        try:
            with locked(target.with_name(f".{target.name}.lock")):
                replace_file(target, content())
        except PermissionError as denied:
            raise KeysNotWritable(f"{path} may not be written by this process") from denied

    return KmsKeys(name, f"KMS, {path}", region, read, write)


def _name(field: str) -> str:
    """Our own name of the variable; which of its names was set does not matter to where keys lie."""
    return variables_of(Settings.model_fields[field])[0]

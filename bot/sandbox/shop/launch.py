"""Starts the shop beside the program that calls it, as processes of its own."""

from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bot.sandbox.shop.child import Child, spawn


@dataclass(frozen=True, slots=True)
class Shop:
    """A running shop. It ends with `stop`, or with the process that started it, however that one ends."""

    var: Path
    supervisor: Child

    @property
    def url(self) -> str:
        """Where customers go."""
        return self.supervisor.ready.url

    @property
    def pid(self) -> int:
        """The supervisor's."""
        return self.supervisor.pid

    @property
    def address_file(self) -> Path:
        """What `ship` takes as `--shop`."""
        return self.var / "shop.json"

    @property
    def stable_log(self) -> Path:
        return self.var / "log" / "stable.csv"

    @property
    def canary_log(self) -> Path:
        return self.var / "log" / "canary.csv"

    async def stop(self) -> None:
        """End every process of the shop and wait until they are gone."""
        await self.supervisor.end()


async def start(var_dir: Path, rate: float = 60, stable: str = "v2.0.0") -> Shop:
    """Start the shop with its files in `var_dir` and wait until it answers (about a second).

    `rate`: customers' requests a second, 0 for none. What the processes complain about goes to `var_dir/shop.log`.
    Raises ChildFailed; the reason stands in that file.
    """
    with _complaints(var_dir) as complaints:
        supervisor = await spawn(
            "bot.sandbox.shop", "--var", str(var_dir), "--rate", str(rate), "--stable", stable, stderr=complaints
        )
    return Shop(var_dir, supervisor)


def _complaints(var_dir: Path) -> IO[bytes]:
    var_dir.mkdir(parents=True, exist_ok=True)
    return (var_dir / "shop.log").open("wb")

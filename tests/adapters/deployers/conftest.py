"""Keys, clock and orders for the deployers' tests."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.deployers.stage_manifest import StageBinding
from bot.adapters.keys.stage import StageKeys
from bot.ports import Order
from bot.settings import Settings

NOON = datetime(2025, 3, 4, 12, 0, 0, tzinfo=UTC)


class HandClock:
    """A clock whose hands the test turns."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at

    def turn(self, by: timedelta) -> None:
        self.at += by


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


def keys_of(environ: dict[str, str]) -> StageKeys:
    """The keys that a process with this environment has."""
    keys = StageKeys.of(Settings.read(environ).stage_ring)
    assert keys is not None
    return keys


@pytest.fixture
def keys() -> StageKeys:
    return StageKeys.of(
        Settings.read(
            {"INTERLOCK_STAGE_KEYS": json.dumps([{"key_id": "k1", "secret": "stage-test-secret"}])}
        ).stage_ring
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rollout" / "desired_stage.txt"


@pytest.fixture
def order() -> Callable[..., Order]:
    """Makes orders for checkout in prod; any field may be given."""

    def make(deployment: str = "R-7-1", **fields: object) -> Order:
        plain: dict[str, object] = {
            "release": "R-7",
            "service": "checkout",
            "environment": "prod",
            "version": "v2.1.0",
            "previous": "v2.0.0",
            "percent": 10,
            "actor": "U01DANA",
            "digest": "sha256:0d",
        }
        return Order(deployment=deployment, **(plain | fields))  # type: ignore[arg-type]  # fields by name, all checked by the tests' use

    return make


def by_hand() -> StageBinding:
    """A binding that no release stands behind."""
    return StageBinding(actor="U01DANA")


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file of a folder with its content, locks and temporary files left out."""
    return {
        entry.name: entry.read_bytes()
        for entry in sorted(folder.iterdir())
        if entry.is_file() and entry.suffix not in {".lock", ".tmp"}
    }


def restore(folder: Path, files: dict[str, bytes]) -> None:
    """Put files back as they were."""
    for name, content in files.items():
        (folder / name).write_bytes(content)

"""Imports point one way (design 2): each floor knows only the floors below it, and each library has its one place."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

MAY_IMPORT = {
    "bot.domain": {"bot.domain"},
    "bot.gates": {"bot.gates", "bot.evidence", "bot.domain"},
    "bot.evidence": {"bot.evidence", "bot.domain"},
    "bot.views": {"bot.views", "bot.domain"},
    "bot.ports": {"bot.ports", "bot.domain"},
    "bot.settings": {"bot.settings", "bot.domain"},
    "bot.engine": {"bot.engine", "bot.gates", "bot.evidence", "bot.views", "bot.ports", "bot.domain"},
    "bot.adapters": {"bot.adapters", "bot.evidence", "bot.ports", "bot.settings", "bot.domain"},
    "bot.sandbox": {"bot.sandbox"},
    "bot.app": {"bot.adapters", "bot.engine", "bot.gates", "bot.ports", "bot.settings", "bot.domain"},
    "handlers": {
        "handlers",
        "bot.app",
        "bot.adapters",
        "bot.engine",
        "bot.gates",
        "bot.evidence",
        "bot.views",
        "bot.ports",
    }
    | {"bot.settings", "bot.domain"},
}
"""Which floors a floor may know (design 2, "Floors, from the ground")."""

ENTERS_THE_SANDBOX = "handlers/cli/"

ONLY_IN = {
    "slack_sdk": ("handlers/", "bot/adapters/slack/", "bot/app.py", "bot/sandbox/"),
    "slack_bolt": ("handlers/", "bot/adapters/slack/", "bot/sandbox/"),
    "sqlalchemy": ("bot/adapters/store/",),
    "alembic": ("bot/adapters/store/",),
    "apscheduler": ("bot/engine/clockwork.py",),
    "duckdb": ("bot/adapters/sources/",),
    "fastapi": ("handlers/",),
    "typer": ("handlers/cli/",),
}

PURE = ("bot/domain", "bot/gates", "bot/evidence", "bot/views")
IMPURE = {"os", "socket", "subprocess", "time", "asyncio", "pathlib", "aiohttp", "random", "threading"}


def modules() -> list[Path]:
    """Every module of the program."""
    return sorted(path for top in ("bot", "handlers") for path in (ROOT / top).rglob("*.py"))


def name_of(path: Path) -> str:
    """The dotted name of a module."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imported(path: Path) -> set[str]:
    """The dotted names that a module imports, wherever in the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{one.name}" for one in node.names}
    return found


def floor_of(name: str) -> str | None:
    """The floor that a module stands on, or None for a library."""
    floors = [floor for floor in MAY_IMPORT if name == floor or name.startswith(f"{floor}.")]
    return max(floors, key=len, default=None)


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_module_knows_only_the_floors_below(path: Path) -> None:
    """No module imports upwards or sideways past its floor."""
    floor = floor_of(name_of(path))
    if floor is None:
        assert name_of(path) == "bot"
        return
    allowed = MAY_IMPORT[floor]
    if str(path.relative_to(ROOT)).startswith(ENTERS_THE_SANDBOX):
        allowed = allowed | {"bot.sandbox"}
    known = {(name, floor_of(name)) for name in imported(path)}
    assert {name for name, below in known if below is not None and below not in allowed} == set()


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_library_has_its_one_place(path: Path) -> None:
    """Slack, SQL, the scheduler and the rest are imported where design 2 says, and nowhere else."""
    here = str(path.relative_to(ROOT))
    tops = {name.partition(".")[0] for name in imported(path)}
    assert {name for name, places in ONLY_IN.items() if name in tops and not here.startswith(places)} == set()


@pytest.mark.parametrize("path", [one for one in modules() if str(one.relative_to(ROOT)).startswith(PURE)], ids=name_of)
def test_the_rules_are_pure(path: Path) -> None:
    """Rules, gates, measures and views import nothing that reads a clock, a file or a network."""
    assert {name.partition(".")[0] for name in imported(path)} & IMPURE == set()


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    """The first line of every module is its purpose."""
    assert ast.get_docstring(ast.parse(path.read_text())) or not path.read_text().strip()

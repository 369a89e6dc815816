"""Everything that somebody can ask for, set or scrape stands in the README; a new one is missed here by its name."""

import re
from pathlib import Path
from typing import get_args

import pytest
from pydantic.fields import FieldInfo
from typer.core import TyperGroup
from typer.main import get_command

from bot.adapters.config import reference
from bot.adapters.deployers.table import DEPLOYERS
from bot.adapters.telemetry.metrics import METRICS
from bot.app import assemble
from bot.domain.actions import ACTIONS
from bot.domain.refusal import Code
from bot.domain.service import EnvironmentConfig
from bot.gates import GATES
from handlers.cli.exits import EXITS
from handlers.cli.program import make_program
from handlers.http import make_http
from handlers.slash import command_names
from tests.engine.road import build_road

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "bot/README.md", "bot/sandbox/README.md")
SLACK_ROUTE = "POST /slack/events"
"""It stands only where a signing secret is set, so the application of this test does not have it."""

_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]+)")


def readme() -> str:
    """The README as people wrote it, without the reference that is generated."""
    text = (ROOT / "README.md").read_text("utf-8")
    assert reference.BEGIN in text, (
        f"README.md needs the line {reference.BEGIN}; tests/adapters/config keeps what follows"
    )
    return text.partition(reference.BEGIN)[0]


def code_in(text: str) -> str:
    """Everything in a text that is written as code, a piece a line."""
    spans = _SPAN.findall(_FENCED.sub("", text))
    return "\n".join([*_FENCED.findall(text), *spans])


def says(text: str, word: str) -> bool:
    """Whether a text holds a word, not merely as a part of another one."""
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None


def missing(words: list[str], text: str) -> list[str]:
    """The words that a text does not say as code."""
    code = code_in(text)
    return sorted(word for word in words if not says(code, word))


def test_every_action_and_command_is_explained() -> None:
    """Whoever reads the README knows what can be typed."""
    assert missing([*ACTIONS, *command_names("")], readme()) == []


def test_every_metric_is_explained() -> None:
    """Whoever builds a dashboard finds every name, with what it counts."""
    assert missing([name for name, _ in METRICS], readme()) == []


def test_every_refusal_code_is_listed() -> None:
    """Machines rely on the codes, so whoever writes one finds them all, each in the row of its exit code."""
    rows = [line for line in readme().splitlines() if re.match(r"\| \d \|", line)]
    listed = {code: int(row[2]) for row in rows for code in _SPAN.findall(row)}
    assert listed == {code.value: int(EXITS[code]) for code in Code}


def test_every_kind_of_gate_deployer_and_source_is_explained() -> None:
    """What configuration may name as a `kind` is explained for the next engineer, and set out in the reference."""
    sources = {get_args(info.annotation)[0] for info in _kinds_of_sources()}
    house = (ROOT / "bot" / "README.md").read_text("utf-8")
    assert missing([*GATES, *DEPLOYERS, *sources], house) == []
    assert missing([*GATES, *DEPLOYERS, *sources], reference.render()) == []


def test_every_command_of_the_program_is_explained() -> None:
    """A command stands in the README by its own name, in the row of its group. The actions are explained above it."""
    rows = [code_in(line) for line in readme().splitlines() if line.startswith("| `interlock")]
    lacking = [
        " ".join(words)
        for words in commands(get_command(make_program()))
        if not any(all(says(row, word) for word in words) for row in rows)
    ]
    assert lacking == []


async def test_every_endpoint_is_explained(tmp_path: Path) -> None:
    """An endpoint stands in the README with its method and path."""
    road = build_road(tmp_path, f"sqlite:///{tmp_path / 'interlock.db'}")
    interlock = await assemble(road.core, works=False)
    described = make_http(interlock, None).openapi()["paths"]
    await interlock.stop()
    road.core.close()
    offered = {f"{method.upper()} {as_written(path)}" for path, methods in described.items() for method in methods}
    assert sorted((offered | {SLACK_ROUTE}) - endpoints()) == []
    assert sorted(endpoints() - offered - {SLACK_ROUTE}) == [], "the README explains what is not there"


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    """What a page links to on this repository is there."""
    targets = [one for one in _LINK.findall((ROOT / page).read_text("utf-8")) if "://" not in one]
    assert [one for one in targets if not ((ROOT / page).parent / one).exists()] == []


def commands(group: object, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The words of every command that is shown, without those of the actions."""
    assert isinstance(group, TyperGroup)
    found: list[tuple[str, ...]] = []
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            found += commands(command, (*path, name))
        elif not command.hidden and not (path == ("release",) and name in ACTIONS):
            found.append((*path, name))
    return found


def as_written(path: str) -> str:
    """A path as the README writes it: one line stands for all actions."""
    return re.sub(r"/actions/\w+$", "/actions/{action}", path.replace("{release_id}", "{id}"))


def endpoints() -> set[str]:
    """The endpoints of the README's table; a path without a method takes the one before it."""
    found: set[str] = set()
    for line in readme().splitlines():
        method = ""
        for span in _SPAN.findall(line.split(" | ")[0]) if line.startswith("| `") else ():
            match = re.fullmatch(r"(?:(GET|POST|PUT|PATCH|DELETE) )?(/\S*)", span)
            if match is None or not (method := match[1] or method):
                break
            found.add(f"{method} {match[2]}")
    return found


def _kinds_of_sources() -> list[FieldInfo]:
    """The `kind` fields of all models that a source may be."""
    declared = get_args(EnvironmentConfig.model_fields["sources"].annotation)[1]
    models = [one for one in get_args(declared) if hasattr(one, "model_fields")] or [declared]
    return [model.model_fields["kind"] for model in models]

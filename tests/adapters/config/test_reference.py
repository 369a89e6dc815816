"""The configuration reference names every setting with a meaning, and the README holds it as it is generated."""

from pathlib import Path

import pytest

from bot.adapters.config import reference
from bot.domain.rbac import Binding, LinkedPerson, Role
from bot.domain.service import CanaryGate, CheckGate, CommandDeployer, ServiceConfig, SloGate, StageDeployer, Strategy
from bot.settings import Settings, variables_of
from bot.settings.installation import Cards, Commands, Work

README = Path(__file__).parents[3] / "README.md"
MODELS = (
    *(Binding, LinkedPerson, Role, ServiceConfig, Strategy, CheckGate, SloGate, CanaryGate),
    *(StageDeployer, CommandDeployer, Commands, Work, Cards),
)


def rows() -> list[list[str]]:
    """Cells of every row of every table."""
    lines = [line for line in reference.render().splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.replace(r"\|", "/").strip("|").split("|")] for line in lines]


def test_every_setting_has_a_row() -> None:
    """All environment variables, and all fields of the files' models but those that are filled in."""
    named = {name.strip("`") for row in rows() for name in row[0].split("<br>")}
    variables = {name for info in Settings.model_fields.values() for name in variables_of(info)}
    fields = {field for model in MODELS for field in model.model_fields} - {"slo"}
    assert variables | fields <= named
    assert "slo" not in named


def test_every_row_says_what_the_setting_means() -> None:
    """Four cells, of which the type and the meaning are never empty."""
    for row in rows():
        assert len(row) == 4, row
        assert row[1], row
        assert row[3].endswith((".", "]")), row


def test_types_and_defaults_are_written_as_in_the_files() -> None:
    """A default can be copied from the table into the file."""
    assert ["`bake`", "list of duration", "`[10m, 20m, 30m, 0s]`"] in [row[:3] for row in rows()]
    assert ["`count`", "whole number, 0 to 20", "`1`"] in [row[:3] for row in rows()]
    assert ["`advance`", "`auto` or `manual`", "`auto`"] in [row[:3] for row in rows()]
    assert ["`PORT`", "whole number, 0 to 65535", "`8080`"] in [row[:3] for row in rows()]


def test_only_the_block_of_a_document_changes(tmp_path: Path) -> None:
    """What people wrote around the markers stays; doing it twice changes nothing more."""
    document = tmp_path / "README.md"
    document.write_text(f"before\n{reference.BEGIN}\nold\n{reference.END}\nafter\n")
    assert reference.main([str(document)]) == 0
    written = document.read_text()
    assert written.startswith(f"before\n{reference.BEGIN}\n")
    assert written.endswith(f"{reference.END}\nafter\n")
    assert reference.render() in written
    assert "old" not in written.split("\n")
    assert reference.main([str(document)]) == 0
    assert document.read_text() == written


def test_a_document_without_markers_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command says what is missing."""
    document = tmp_path / "README.md"
    document.write_text("nothing here\n")
    assert reference.main([str(document)]) == 4
    assert document.read_text() == "nothing here\n"
    assert "marker lines" in capsys.readouterr().err


def test_the_readme_is_up_to_date() -> None:
    """Run `python -m bot.adapters.config.reference README.md` after changing a setting."""
    document = README.read_text("utf-8")
    if reference.BEGIN not in document:
        pytest.skip(f"README.md has no block for the reference yet ({reference.BEGIN})")
    assert reference.update(document) == document

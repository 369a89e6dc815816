"""The workplace of the configuration tests."""

from pathlib import Path

import pytest

from tests.adapters.config.workplace import Workplace


@pytest.fixture
def work(tmp_path: Path) -> Workplace:
    """A configuration folder without a mistake."""
    return Workplace(tmp_path / "configs")

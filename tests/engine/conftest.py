"""A road on each database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.road import Road, build_road
from tests.stores import database_url as database_url


@pytest.fixture
def road(database_url: str, tmp_path: Path) -> Iterator[Road]:
    """A road with the default rules: two approvals, one an owner's; steps of 10 and 100 %."""
    built = build_road(tmp_path, database_url)
    yield built
    built.core.close()

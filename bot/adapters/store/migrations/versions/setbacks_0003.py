"""An index over the entries that stopped a release, so that the ops cards never read the whole ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_STOPPED = (
    "substr(body, 10, 12) IN ('request_refu', 'rollback_sta', 'rollback_fai', 'release_held', 'release_expi', "
    "'release_reje', 'deployment_d', 'gate_overrid', 'gate_warned\"', 'stage_fell_b')"
)
"""The beginning of an event's kind, which stands at the same place in every body."""


def upgrade() -> None:
    """Make the index."""
    condition = sa.text(_STOPPED)
    op.create_index("events_setbacks", "events", ["at"], sqlite_where=condition, postgresql_where=condition)

"""Where the folder of evidence is, for commands that an auditor runs without any configuration."""

import os
from pathlib import Path


def evidence_folder() -> Path:
    """The one below the var folder that the environment names (`Settings.evidence` says the same)."""
    return Path(os.environ.get("INTERLOCK_VAR") or "var") / "evidence"

"""`python -m bot.sandbox` as a process: it says where it is, and ends when told."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import pytest

from bot.sandbox import manifest
from bot.sandbox.person import Workspace

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = Path(__file__).parent / "manifest.yaml"


async def _start(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.sandbox", *arguments),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_it_prints_its_address_serves_and_ends_on_sigterm() -> None:
    """The first line is the URL of the page; the manifest's commands are known."""
    process = await _start("--port", "0", "--manifest", str(MANIFEST))
    assert process.stdout is not None
    url = (await process.stdout.readline()).decode().strip()
    async with Workspace(url) as workspace:
        commands = (await workspace.overview())["commands"]
        assert commands[0] == {
            "command": "/release",
            "description": "Releases",
            "usage_hint": "open checkout v1.2.3 prod",
            "should_escape": True,
        }
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 10) == 0


async def test_a_manifest_that_is_none_is_refused(tmp_path: Path) -> None:
    """Exit code 4 and one line that names the file."""
    wrong = tmp_path / "m.yaml"
    wrong.write_text("services: []")
    process = await _start("--manifest", str(wrong))
    _, err = await process.communicate()
    assert process.returncode == 4
    assert err.decode().startswith(f"{wrong}: not an app manifest")


@pytest.mark.parametrize("text", ["display_information: [", "display_information: {}\nfeatures: 3"])
def test_a_broken_manifest_says_which_file(tmp_path: Path, text: str) -> None:
    """ManifestError, never a traceback of the YAML reader."""
    wrong = tmp_path / "m.yaml"
    wrong.write_text(text)
    with pytest.raises(manifest.ManifestError, match=r"m\.yaml"):
        manifest.read(wrong)

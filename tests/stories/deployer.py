"""A deployer for stories: `start|rollback|status FOLDER ID VERSION PERCENT`. Every call is one line in `calls.log`;
files in the folder make it misbehave: `fail` (exit 1), `hang` (until the file goes), `mute` (status says nothing)."""

import json
import os
import sys
import threading
from pathlib import Path


def main(verb: str, folder: str, deployment: str, version: str = "", percent: str = "") -> int:
    """Do as the verb says; the exit code is the deployer's answer."""
    place = Path(folder)
    log = place / "calls.log"
    if verb == "status":
        if (place / "mute").exists():
            return 1
        done = log.exists() and any(line.split()[1] == deployment for line in log.read_text().splitlines())
        print(json.dumps({"state": "done" if done else "unknown"}))
        return 0
    if (place / "fail").exists() and verb == "start":
        print("the image cannot be pulled")
        return 1
    with open(log, "a") as calls:
        calls.write(f"{verb} {deployment} {version} {percent}\n")
        calls.flush()
        os.fsync(calls.fileno())
    never = threading.Event()
    while (place / "hang").exists():
        never.wait(0.02)
    print(f"{version} at {percent} %")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

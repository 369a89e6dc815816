"""The commands that a deployer runs against the shop. Each prints one JSON line.

    python -m bot.sandbox.shop.ship start    --shop var/shop.json --id ID --version v2.1.0 --percent 10
    python -m bot.sandbox.shop.ship rollback --shop var/shop.json --id ID --version v2.0.0
    python -m bot.sandbox.shop.ship status   --shop var/shop.json --id ID
    python -m bot.sandbox.shop.ship running  --shop var/shop.json

`status` says `{"id", "state": "done"|"unknown", "version", "percent"}`.
`running` says `{"stable", "canary", "percent"}`.
Exit codes: 0 done, 2 refused by the shop, 4 wrong usage, 5 the shop cannot be reached or could not do it; after 2 and 5
the line is `{"error": {"code", "message", "hint"}}`. An order that ended with 5 may be sent again with the same id.
It uses the standard library only, so that a command takes a tenth of a second.
"""

import argparse
import http.client
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote, urlsplit

DONE, REFUSED, INVALID, UNREACHABLE = 0, 2, 4, 5
ANSWER_WITHIN = 20.0
"""Seconds. Starting a shop process takes at most ten."""

Json = Mapping[str, Any]


class Unreachable(Exception):
    """The shop cannot be reached."""


@dataclass(frozen=True, slots=True)
class Said:
    """The shop's answer."""

    status: int
    body: Json


@dataclass(frozen=True, slots=True)
class Printed:
    """What the command prints, and its exit code."""

    line: Json
    code: int = DONE


def ask(shop: Path, method: str, path: str, body: Json | None = None) -> Said:
    """One request to the control port that `shop` (shop.json) names. Raises Unreachable."""
    try:
        address = json.loads(shop.read_text())
        token = (shop.parent / address["token_file"]).read_text().strip()
        connection = http.client.HTTPConnection(urlsplit(address["admin"]).netloc, timeout=ANSWER_WITHIN)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        connection.request(method, path, json.dumps(body) if body else None, headers)
        answer = connection.getresponse()
        said = Said(answer.status, json.loads(answer.read()))
        connection.close()
    except FileNotFoundError:
        raise Unreachable(f"no shop has written {shop.name}") from None
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError) as error:
        raise Unreachable(f"{type(error).__name__} while asking the shop") from error
    return said


def start(asked: argparse.Namespace) -> Printed:
    body = {"version": asked.version, "percent": asked.percent}
    return _ordered(ask(asked.shop, "PUT", f"/deployments/{quote(asked.id, safe='')}", body))


def rollback(asked: argparse.Namespace) -> Printed:
    return _ordered(ask(asked.shop, "POST", "/rollback", {"id": asked.id, "version": asked.version}))


def status(asked: argparse.Namespace) -> Printed:
    said = ask(asked.shop, "GET", f"/deployments/{quote(asked.id, safe='')}")
    if said.status == 404 and said.body.get("state") == "unknown":
        return Printed({"id": asked.id, "state": "unknown", "version": None, "percent": None})
    return _ordered(said)


def running(asked: argparse.Namespace) -> Printed:
    said = ask(asked.shop, "GET", "/state")
    if said.status != 200:
        return _ordered(said)
    return Printed({key: said.body[key] for key in ("stable", "canary", "percent")})


def _ordered(said: Said) -> Printed:
    if said.status == 200:
        return Printed(said.body)
    return Printed(said.body, REFUSED if said.status in (400, 404, 409) else UNREACHABLE)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(INVALID, f"{self.prog}: {message}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="shop.ship", description="Deploy to the shop.")
    commands = parser.add_subparsers(required=True)
    for command in (start, rollback, status, running):
        sub = commands.add_parser(command.__name__)
        sub.set_defaults(command=command)
        sub.add_argument("--shop", type=Path, required=True, help="the shop's shop.json")
        if command is not running:
            sub.add_argument("--id", required=True)
        if command in (start, rollback):
            sub.add_argument("--version", required=True)
        if command is start:
            sub.add_argument("--percent", type=int, required=True)
    return parser


def main() -> int:
    asked = _parser().parse_args()
    try:
        printed: Printed = asked.command(asked)
    except Unreachable as error:
        hint = "Start it with: python -m bot.sandbox.shop --var DIR"
        printed = Printed({"error": {"code": "unreachable", "message": f"{error}.", "hint": hint}}, UNREACHABLE)
    sys.stdout.write(json.dumps(printed.line) + "\n")
    return printed.code


if __name__ == "__main__":
    raise SystemExit(main())

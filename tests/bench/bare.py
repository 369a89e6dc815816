"""The measure to compare with: a bare Bolt app that makes one durable insert and acknowledges."""

import sqlite3
import sys
from typing import Any

import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def main(database: str, port: str, secret: str) -> None:
    """Serve `/approve` on a port: insert, commit with synchronous=FULL, acknowledge."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE approvals (id INTEGER PRIMARY KEY, person TEXT, text TEXT)")

    async def authorize(team_id: str) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id=team_id, bot_user_id="U0", bot_id="B0", bot_token="xoxb-bare"
        )

    app = AsyncApp(signing_secret=secret, authorize=authorize, process_before_response=True)

    @app.command("/approve")
    async def approve(ack: Any, body: dict[str, Any]) -> None:
        connection.execute("INSERT INTO approvals (person, text) VALUES (?, ?)", (body["user_id"], body["text"]))
        await ack("You approved it.")

    handler = AsyncSlackRequestHandler(app)

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    http = Starlette(routes=[Route("/slack/events", events, methods=["POST"])])
    uvicorn.run(http, host="127.0.0.1", port=int(port), log_level="error", access_log=False)


if __name__ == "__main__":
    main(*sys.argv[1:])

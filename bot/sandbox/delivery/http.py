"""Signed HTTP delivery: forms for commands and interactivity, JSON for events (slack-facts 1.1, 1.4 to 1.6)."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

import aiohttp

from bot.sandbox.delivery.answer import Answer, Delivery
from bot.sandbox.misbehave import Faults
from bot.sandbox.model import Json
from bot.sandbox.settings import Settings

USER_AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Slack's v0 signature of a raw body."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class HttpTransport:
    name = "http"

    def __init__(self, settings: Settings, faults: Faults) -> None:
        self.settings = settings
        self.faults = faults
        self._session: aiohttp.ClientSession | None = None

    async def send(self, delivery: Delivery, seconds: float) -> Answer:
        if not self.settings.request_url:
            return Answer("no_connection")
        body, content_type = _body(delivery)
        headers = self._headers(delivery, body, content_type)
        deadline = aiohttp.ClientTimeout(total=max(seconds, 0.001))
        try:
            async with self._client().post(
                self.settings.request_url, data=body, headers=headers, timeout=deadline, allow_redirects=False
            ) as response:
                raw = await response.read()
                no_retry = response.headers.get("X-Slack-No-Retry") == "1"
                return _read(delivery, response.status, raw, no_retry)
        except TimeoutError:
            return Answer("timeout")
        except aiohttp.ClientError:
            return Answer("connection_failed")

    def _headers(self, delivery: Delivery, body: bytes, content_type: str) -> dict[str, str]:
        timestamp = str(int(time.time() + self.faults.skew("signature_skew")))
        headers = {
            "Content-Type": content_type,
            "User-Agent": USER_AGENT,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self.settings.signing_secret, timestamp, body),
        }
        if delivery.attempt:
            headers["X-Slack-Retry-Num"] = str(delivery.attempt)
            headers["X-Slack-Retry-Reason"] = delivery.reason
        return headers

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def _body(delivery: Delivery) -> tuple[bytes, str]:
    if delivery.kind == "events_api":
        return json.dumps(delivery.payload).encode(), "application/json"
    fields: Json = delivery.payload
    if delivery.kind == "interactive":
        fields = {"payload": json.dumps(delivery.payload)}
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


def _read(delivery: Delivery, status: int, raw: bytes, no_retry: bool) -> Answer:
    accepted = 200 <= status < 300 if delivery.kind == "events_api" else status == 200
    if not accepted:
        return Answer("refused", http_status=status, no_retry=no_retry)
    text = raw.decode("utf-8", "replace").strip()
    if not text:
        return Answer("acknowledged", http_status=status)
    try:
        parsed = json.loads(text)
    except ValueError:
        return Answer("acknowledged", text, status)
    return Answer("acknowledged", parsed if isinstance(parsed, dict) else text, status)

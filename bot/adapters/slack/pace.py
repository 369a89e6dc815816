"""Keeping below Slack's rate limits, so that none of its 429 answers is ever provoked (slack-facts 2.3)."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

_MINUTE = 61.0
"""Seconds of a sliding minute; one more than Slack's, since calls take a varying time to arrive there."""

_PER_MINUTE = {
    "chat.postMessage": 300,
    "chat.update": 40,
    "chat.getPermalink": 300,
    "auth.test": 300,
    "users.info": 90,
    "views.open": 90,
    "views.publish": 90,
    "views.update": 90,
    "usergroups.list": 18,
}
_OTHERWISE = 45
_URGENT_UPDATES = 48
"""Card edits keep to 40 a minute (design 5); a decision may use what is left below Slack's 50."""
_POSTS_AT_ONCE = 4
_POSTS_PER_SECOND = 1.0


@dataclass(slots=True)
class _Bucket:
    level: float
    filled_at: float


@dataclass(slots=True)
class Pace:
    """Sliding minutes by method, a bucket by channel, and pauses that Slack asked for. `now` counts seconds."""

    edits_per_minute: int = _PER_MINUTE["chat.update"]
    now: Callable[[], float] = time.monotonic
    _calls: dict[str, deque[float]] = field(default_factory=dict)
    _channels: dict[str, _Bucket] = field(default_factory=dict)
    _paused: dict[str, float] = field(default_factory=dict)

    def wait(self, method: str, channel: str = "", urgent: bool = False) -> float:
        """Seconds until this call may go; 0 means now, and then it is counted."""
        now = self.now()
        waits = max(self._pause_left(method, now), self._minute_left(method, now, urgent))
        if method == "chat.postMessage" and waits <= 0:
            waits = self._channel_left(channel, now)
        if waits > 0:
            return waits
        self._calls.setdefault(method, deque()).append(now)
        if method == "chat.postMessage":
            self._channels[channel].level -= 1
        return 0.0

    def pause(self, method: str, seconds: float) -> None:
        """Slack said 429: nobody calls this method before then."""
        self._paused[method] = max(self._paused.get(method, 0.0), self.now() + seconds)

    def _pause_left(self, method: str, now: float) -> float:
        return self._paused.get(method, 0.0) - now

    def _minute_left(self, method: str, now: float, urgent: bool) -> float:
        calls = self._calls.setdefault(method, deque())
        while calls and calls[0] <= now - _MINUTE:
            calls.popleft()
        most = _PER_MINUTE.get(method, _OTHERWISE)
        if method == "chat.update":
            most = _URGENT_UPDATES if urgent else self.edits_per_minute
        return calls[len(calls) - most] + _MINUTE - now if len(calls) >= most else 0.0

    def _channel_left(self, channel: str, now: float) -> float:
        if len(self._channels) > 5_000:
            self._channels = {name: one for name, one in self._channels.items() if now - one.filled_at < _MINUTE}
        bucket = self._channels.setdefault(channel, _Bucket(_POSTS_AT_ONCE, now))
        bucket.level = min(_POSTS_AT_ONCE, bucket.level + (now - bucket.filled_at) * _POSTS_PER_SECOND)
        bucket.filled_at = now
        return 0.0 if bucket.level >= 1 else (1 - bucket.level) / _POSTS_PER_SECOND

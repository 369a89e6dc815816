"""Slack's rate limits: tiers per method and minute, and one post per second and channel (slack-facts 2.3)."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from bot.sandbox.clock import Clock
from bot.sandbox.settings import Settings

MINUTE = 60.0
PER_MINUTE = {"T1": 20, "T2": 20, "T3": 50, "T4": 100, "special": 600, "post": 300}
"""Calls a minute. T1 is `1+` on paper and generous with bursts (apps.connections.open); `post` is chat.postMessage over
the whole workspace, which Slack puts at several hundred."""
POSTS_PER_SECOND = 1.0
POST_BURST = 5


@dataclass(slots=True)
class _Bucket:
    level: float
    filled_at: float


@dataclass(slots=True)
class Limits:
    clock: Clock
    settings: Settings
    _calls: dict[str, deque[float]] = field(default_factory=dict)
    _posts: dict[str, _Bucket] = field(default_factory=dict)

    def wait(self, method: str, tier: str) -> int:
        """0 when the call may pass (and it is counted), else the whole seconds of `Retry-After`."""
        if not self.settings.limits_enabled:
            return 0
        now = self.clock.now()
        window = MINUTE / self.settings.limits_scale
        seen = self._calls.setdefault(method, deque())
        while seen and seen[0] <= now - window:
            seen.popleft()
        if len(seen) >= PER_MINUTE[tier]:
            return max(1, math.ceil(seen[0] + window - now))
        seen.append(now)
        return 0

    def wait_to_post(self, channel: str) -> int:
        """The same for one message into one channel: a few at once, then one a second."""
        if not self.settings.limits_enabled:
            return 0
        now = self.clock.now()
        rate = POSTS_PER_SECOND * self.settings.limits_scale
        bucket = self._posts.setdefault(channel, _Bucket(POST_BURST, now))
        bucket.level = min(POST_BURST, bucket.level + (now - bucket.filled_at) * rate)
        bucket.filled_at = now
        if bucket.level < 1:
            return max(1, math.ceil((1 - bucket.level) / rate))
        bucket.level -= 1
        return 0

    def forget(self) -> None:
        self._calls.clear()
        self._posts.clear()

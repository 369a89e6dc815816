"""The process's metrics in Prometheus' text format; every label has a fixed set of values, none comes from a user."""

import re
from collections.abc import Collection
from typing import get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from bot.domain.actions import ACTIONS
from bot.domain.effects import Task
from bot.domain.refusal import Code
from bot.domain.service import GateSpec
from bot.domain.verdict import Verdict

CONTENT_TYPE = CONTENT_TYPE_LATEST
"""Of the answer to `GET /metrics`."""

METRICS = (
    (
        "interlock_decisions_total",
        "Requests that were decided, by action and by outcome: accepted, noop, replayed or the refusal's code.",
    ),
    (
        "interlock_ack_seconds",
        "Time from receiving a request to acknowledging it, by surface. Slack waits 3 s.",
    ),
    ("interlock_queue_waiting", "Effects that wait to be carried out."),
    ("interlock_queue_oldest_age_seconds", "How long the oldest due effect has been waiting; 0 when none is due."),
    (
        "interlock_effects_total",
        "Effects that were carried out, by kind and result: done, later (it is tried again) or fenced.",
    ),
    ("interlock_slack_errors_total", "Calls of Slack's Web API that failed, by method and error code."),
    ("interlock_keys_age_seconds", "How long ago the judges' keys were read; 0 without a source of them."),
    ("interlock_keys_stale", "1 while the source of the judges' keys cannot be read, else 0."),
    ("interlock_gate_verdicts_total", "Verdicts of gates, by the gate's kind."),
)
"""Every metric: its name as it is scraped, and what it means."""

SURFACES = ("slash", "button", "modal", "mention", "shortcut", "home", "event", "http")
RESULTS = ("done", "later", "fenced")
OUTCOMES = ("accepted", "noop", "replayed", *Code)
REPORTS = (
    "thread_posted",
    "measured",
    "looked",
    "lapsed",
    "deployed",
    "preflighted",
    "rules_changed",
    "evidence_kept",
)
OTHER = "other"
"""Stands for a label value that is not one of the known ones."""

_KINDS = tuple(model.model_fields["kind"].default for model in get_args(get_args(Task)[0]))
_GATES = tuple(get_args(model.model_fields["kind"].annotation)[0] for model in get_args(get_args(GateSpec)[0]))
_SLACK_METHOD = re.compile(r"[a-z]+(?:\.[A-Za-z]+){1,3}")
_SLACK_CODE = re.compile(r"[a-z][a-z0-9_]{1,60}")
_ACK_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)
_SLACK_ERRORS_KEPT = 200


class Metrics:
    """The metrics of one process, in a registry of their own. Any thread may report."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._decisions = Counter(*_named("interlock_decisions_total"), ("action", "outcome"), registry=self._registry)
        self._acks = Histogram(
            *_named("interlock_ack_seconds"), ("surface",), buckets=_ACK_BUCKETS, registry=self._registry
        )
        self._waiting = Gauge(*_named("interlock_queue_waiting"), registry=self._registry)
        self._oldest = Gauge(*_named("interlock_queue_oldest_age_seconds"), registry=self._registry)
        self._effects = Counter(*_named("interlock_effects_total"), ("kind", "result"), registry=self._registry)
        self._slack = Counter(*_named("interlock_slack_errors_total"), ("method", "code"), registry=self._registry)
        self._verdicts = Counter(*_named("interlock_gate_verdicts_total"), ("kind", "verdict"), registry=self._registry)
        self._keys_age = Gauge(*_named("interlock_keys_age_seconds"), registry=self._registry)
        self._keys_stale = Gauge(*_named("interlock_keys_stale"), registry=self._registry)
        self._slack_seen: set[tuple[str, str]] = set()

    def decided(self, action: str, outcome: str) -> None:
        """A request came to an outcome: `accepted`, `noop`, `replayed`, or the code of its refusal."""
        self._decisions.labels(_one_of((*ACTIONS, *REPORTS), action), _one_of(OUTCOMES, outcome)).inc()

    def acked(self, surface: str, seconds: float) -> None:
        """A request of Slack was acknowledged this long after it came in."""
        self._acks.labels(_one_of(SURFACES, surface)).observe(seconds)

    def queue(self, waiting: int, oldest_age: float) -> None:
        """How full the queue is, and how late, in seconds."""
        self._waiting.set(waiting)
        self._oldest.set(max(oldest_age, 0.0))

    def carried_out(self, kind: str, result: str) -> None:
        """An effect was carried out, or tried: `done`, `later` or `fenced`."""
        self._effects.labels(_one_of(_KINDS, kind), _one_of(RESULTS, result)).inc()

    def slack_failed(self, method: str, code: str) -> None:
        """A call of the Web API failed with this code. Codes are Slack's, so only so many of them are told apart."""
        known = _SLACK_METHOD.fullmatch(method) and _SLACK_CODE.fullmatch(code)
        labels = (method, code) if known else (OTHER, OTHER)
        if labels not in self._slack_seen and len(self._slack_seen) >= _SLACK_ERRORS_KEPT:
            labels = (OTHER, OTHER)
        self._slack_seen.add(labels)
        self._slack.labels(*labels).inc()

    def judged(self, kind: str, verdict: str) -> None:
        """A gate of this kind came to this verdict."""
        self._verdicts.labels(_one_of(_GATES, kind), _one_of(tuple(Verdict), verdict)).inc()

    def keys(self, age: float, stale: bool) -> None:
        """How old the judges' keys are, in seconds, and whether their source is broken."""
        self._keys_age.set(age)
        self._keys_stale.set(stale)

    def exposition(self) -> bytes:
        """The body of the answer to `GET /metrics`."""
        return generate_latest(self._registry)


def _one_of(known: Collection[str], value: str) -> str:
    return str(value) if value in known else OTHER


def _named(name: str) -> tuple[str, str]:
    return next(row for row in METRICS if row[0] == name)

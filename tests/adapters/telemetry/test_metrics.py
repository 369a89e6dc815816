"""Metrics are exposed in Prometheus' format, under documented names, with labels from closed lists only."""

import math
from typing import get_args

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.adapters.telemetry.metrics import METRICS, OTHER, REPORTS, Metrics
from bot.domain.reports import Report, name_of


def sample(metrics: Metrics, name: str, **labels: str) -> float:
    """The value of one sample, NaN when there is none."""
    families = text_string_to_metric_families(metrics.exposition().decode())
    found = [one for family in families for one in family.samples if one.name == name and one.labels == labels]
    return found[0].value if found else math.nan


@pytest.fixture
def metrics() -> Metrics:
    """Fresh metrics; nothing is shared between two of them."""
    return Metrics()


def test_what_is_reported_is_exposed(metrics: Metrics) -> None:
    """Each report moves its own sample."""
    metrics.decided("approve", "accepted")
    metrics.decided("approve", "accepted")
    metrics.decided("approve", "missing_scope")
    metrics.acked("slash", 0.2)
    metrics.queue(7, 12.5)
    metrics.carried_out("post_log", "done")
    metrics.slack_failed("chat.postMessage", "channel_not_found")
    metrics.judged("canary", "no_data")
    assert sample(metrics, "interlock_decisions_total", action="approve", outcome="accepted") == 2
    assert sample(metrics, "interlock_decisions_total", action="approve", outcome="missing_scope") == 1
    assert sample(metrics, "interlock_ack_seconds_count", surface="slash") == 1
    assert sample(metrics, "interlock_ack_seconds_bucket", surface="slash", le="0.25") == 1
    assert sample(metrics, "interlock_ack_seconds_bucket", surface="slash", le="0.1") == 0
    assert sample(metrics, "interlock_queue_waiting") == 7
    assert sample(metrics, "interlock_queue_oldest_age_seconds") == 12.5
    assert sample(metrics, "interlock_effects_total", kind="post_log", result="done") == 1
    assert sample(metrics, "interlock_slack_errors_total", method="chat.postMessage", code="channel_not_found") == 1
    assert sample(metrics, "interlock_gate_verdicts_total", kind="canary", verdict="no_data") == 1


def test_the_list_of_metrics_is_complete(metrics: Metrics) -> None:
    """Documentation is written from the list: it holds what is exposed, no more and no less, with the same help."""
    exposed = {
        (family.name + ("_total" if family.type == "counter" else ""), family.documentation)
        for family in text_string_to_metric_families(metrics.exposition().decode())
    }
    assert exposed == set(METRICS)
    assert all(name.startswith("interlock_") for name, _ in METRICS)


def test_words_of_users_never_become_labels(metrics: Metrics) -> None:
    """An unknown verb, kind or code is counted as `other`."""
    metrics.decided("<!channel>", "sudo")
    metrics.acked("telepathy", 1.0)
    metrics.carried_out("x", "y")
    metrics.slack_failed("chat.postMessage", "Your secret\nwas seen")
    metrics.judged("x", "y")
    assert sample(metrics, "interlock_decisions_total", action=OTHER, outcome=OTHER) == 1
    assert sample(metrics, "interlock_ack_seconds_count", surface=OTHER) == 1
    assert sample(metrics, "interlock_effects_total", kind=OTHER, result=OTHER) == 1
    assert sample(metrics, "interlock_slack_errors_total", method=OTHER, code=OTHER) == 1
    assert sample(metrics, "interlock_gate_verdicts_total", kind=OTHER, verdict=OTHER) == 1


def test_error_codes_are_limited_in_number(metrics: Metrics) -> None:
    """A server that invents codes cannot fill the memory; codes that were seen before still count."""
    for number in range(1000):
        metrics.slack_failed("chat.update", f"code_{number}")
    metrics.slack_failed("chat.update", "code_0")
    assert sample(metrics, "interlock_slack_errors_total", method="chat.update", code="code_0") == 2
    assert sample(metrics, "interlock_slack_errors_total", method=OTHER, code=OTHER) == 800
    assert metrics.exposition().count(b'method="chat.update"') <= 400


def test_machine_reports_are_counted_by_name() -> None:
    """The list of reports is that of the domain."""
    assert {name_of(object.__new__(report)) for report in get_args(Report)} == set(REPORTS)


def test_an_age_is_never_negative(metrics: Metrics) -> None:
    """Clocks of two machines differ; a queue is not early."""
    metrics.queue(0, -3.0)
    assert sample(metrics, "interlock_queue_oldest_age_seconds") == 0


def test_two_of_them_share_nothing(metrics: Metrics) -> None:
    """No global registry: a test, or a second bot in one process, starts at zero."""
    Metrics().decided("approve", "accepted")
    assert math.isnan(sample(metrics, "interlock_decisions_total", action="approve", outcome="accepted"))

"""`load-smoke`: a steady flow of requests, and whether the service stands it (contracts 2.2)."""

from pathlib import Path
from typing import Annotated

import typer

from handlers.cli.command import command
from handlers.cli.say import Say

Url = Annotated[str, typer.Option("--url", "--base-url", help="Where the service answers.")]
Rps = Annotated[float, typer.Option("--rps", help="Requests a second.")]
Duration = Annotated[str, typer.Option("--duration", help="How long they are sent: seconds, or such as 2m.")]
P95 = Annotated[float, typer.Option("--p95-threshold", help="Limit of the p95 latency in milliseconds.")]
Mix = Annotated[Path | None, typer.Option("--mix", help="File with a request a line; # begins a comment.")]
Requests = Annotated[list[str] | None, typer.Option("--request", help="Such as `30 GET /health`; may be repeated.")]
ErrorRate = Annotated[float, typer.Option("--max-error-rate", help="Share of failed requests that is tolerated.")]
MinRate = Annotated[float, typer.Option("--min-rate", help="Share of the asked rate that must be reached.")]
Timeout = Annotated[str, typer.Option("--timeout", help="Longest wait for an answer: seconds, or such as 500ms.")]
InFlight = Annotated[int, typer.Option("--in-flight", help="Most requests that wait for an answer at once.")]
Health = Annotated[str, typer.Option("--health", help="Must answer 200 beforehand.")]


def add(into: typer.Typer) -> None:
    """Put the command into the program."""
    command(into, "load-smoke")(load_smoke)


def load_smoke(
    say: Say,
    url: Url = "http://localhost:8000",
    rps: Rps = 10,
    duration: Duration = "30",
    p95_threshold: P95 = 2500,
    mix: Mix = None,
    requests: Requests = None,
    max_error_rate: ErrorRate = 0,
    min_rate: MinRate = 0.95,
    timeout: Timeout = "10",
    in_flight: InFlight = 200,
    health: Health = "/health",
) -> int:
    """Send requests at a steady rate: exit 0 within the limits, 2 not, 5 when nothing answers. Failures, timeouts and a
    rate that was not reached count."""
    from handlers.cli.load_run import gate_of, run

    typed = {
        "url": url, "rps": rps, "duration": duration, "p95_threshold": p95_threshold, "timeout": timeout,
        "max_error_rate": max_error_rate, "min_rate": min_rate, "in_flight": in_flight, "health": health,
    }  # fmt: skip
    return run(say, gate_of(typed, mix, tuple(requests or ())))

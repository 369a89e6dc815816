"""What the findings about a load run mean in words."""

from bot.views.finding import Finding, Shape, over
from bot.views.measures import Unit

LOAD_FINDINGS: dict[str, Finding] = {
    "load.not_run": Finding("no load has been sent yet"),
    "load.unhealthy": Finding("the service said before the run that it is not healthy: status", Shape.OF),
    "load.nothing_sent": Finding("no request was sent"),
    "load.errors_over": over("share of failed requests", Unit.SHARE),
    "load.p95_over": over("p95 latency", Unit.MS),
    "load.held_back": Finding("requests were not sent, because too many others still waited", Shape.OF),
    "load.rate_low": Finding("requests a second", Shape.UNDER),
    "source.unreachable_url": Finding("the service cannot be reached"),
    "source.unfinished": Finding("the run could not be completed"),
}

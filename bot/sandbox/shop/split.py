"""Which upstream gets the next request: an even split by weight, the same every time."""

from bot.sandbox.shop.wire import Route, Upstream


class Split:
    """Holds the route. Of any hundred requests in a row exactly `percent` go to the canary."""

    def __init__(self, route: Route) -> None:
        self._route = route
        self._owed = 0  # hundredths of a request that the canary is behind its share

    @property
    def route(self) -> Route:
        return self._route

    def become(self, route: Route) -> None:
        """Use another route from the next request on."""
        self._route = route
        self._owed = 0

    def next(self) -> tuple[Upstream, bool]:
        """The upstream for one request, and whether it is the canary."""
        route = self._route
        if route.canary is None:
            return route.stable, False
        self._owed += route.percent
        if self._owed < 100:
            return route.stable, False
        self._owed -= 100
        return route.canary, True

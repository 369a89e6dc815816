"""What a load run sends: weighted requests, and the even order in which they follow each other."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclass(frozen=True, slots=True)
class MixedRequest:
    """One kind of request, and how often it comes beside the others. `body` is JSON, or empty."""

    weight: int
    method: str
    path: str
    body: str = ""


def parse_request(line: str) -> MixedRequest:
    """`30 GET /health`, and a JSON body behind the path where there is one. Raises ValueError."""
    parts = line.split(maxsplit=3)
    if len(parts) < 3 or not (parts[0].isascii() and parts[0].isdigit()) or not 1 <= int(parts[0][:7]) <= 1_000_000:
        raise ValueError(f"write a request as weight, method and path, such as `30 GET /health`; got {line[:80]!r}")
    weight, method, path = int(parts[0]), parts[1].upper(), parts[2]
    if method not in METHODS:
        raise ValueError(f"{parts[1][:20]!r} is no method; known are {', '.join(METHODS)}")
    if not path.startswith("/") or path.startswith("//") or "\\" in path or "#" in path:
        raise ValueError(f"the path must begin with one / and stay on the host; got {path[:80]!r}")
    body = parts[3] if len(parts) == 4 else ""
    if body:
        try:
            json.loads(body)
        except (ValueError, RecursionError):
            raise ValueError(f"what stands behind {path[:80]} must be a JSON body") from None
    return MixedRequest(weight, method, path, body)


def in_turn(mix: Sequence[MixedRequest]) -> Iterator[MixedRequest]:
    """The requests for ever, each as often as its weight says and as evenly as that goes; the same every time."""
    total = sum(one.weight for one in mix)
    owed = [0] * len(mix)
    while True:
        owed = [credit + one.weight for credit, one in zip(owed, mix, strict=True)]
        most = max(range(len(mix)), key=owed.__getitem__)
        owed[most] -= total
        yield mix[most]

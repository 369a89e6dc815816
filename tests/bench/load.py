"""A load of signed slash commands over kept-alive connections, from a process of its own."""

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass
from urllib.parse import urlencode, urlsplit

from slack_sdk.signature import SignatureVerifier

CONNECTIONS = 16


@dataclass(frozen=True, slots=True)
class Load:
    """What a load came to: requests a second, and latencies in milliseconds."""

    requests: int
    per_second: float
    p50_ms: float
    p99_ms: float
    wrong: int


async def run(address: str, secret: str, commands: list[dict[str, str]], expect: str) -> Load:
    """Send every command once, over CONNECTIONS connections side by side; count answers without `expect`."""
    waiting = iter(enumerate(commands))
    latencies: list[float] = []
    wrong = 0
    parts = urlsplit(address)

    async def one_connection() -> None:
        nonlocal wrong
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        for number, command in waiting:
            request = _signed(parts.path, secret, command, number)
            began = time.perf_counter()
            writer.write(request)
            status, body = await _answer(reader)
            latencies.append((time.perf_counter() - began) * 1000)
            wrong += status != 200 or expect not in body
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(one_connection() for _ in range(CONNECTIONS)))
    took = time.perf_counter() - began
    latencies.sort()
    return Load(
        requests=len(latencies),
        per_second=len(latencies) / took,
        p50_ms=latencies[len(latencies) // 2],
        p99_ms=latencies[int(len(latencies) * 0.99)],
        wrong=wrong,
    )


def _signed(path: str, secret: str, command: dict[str, str], number: int) -> bytes:
    now = str(int(time.time()))
    body = urlencode(command | {"trigger_id": f"{now}.{number}.{command['command'][1:]}"})
    signature = SignatureVerifier(secret).generate_signature(timestamp=now, body=body)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"X-Slack-Request-Timestamp: {now}\r\nX-Slack-Signature: {signature}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, str]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = int(head.partition("content-length:")[2].partition("\r\n")[0])
    body = await reader.readexactly(length)
    return int(head.split()[1]), body.decode()


def main() -> None:
    """Read the order from standard input as JSON, write the result to standard output."""
    order = json.load(sys.stdin)
    result = asyncio.run(run(order["address"], order["secret"], order["commands"], order["expect"]))
    json.dump(asdict(result), sys.stdout)


if __name__ == "__main__":
    main()

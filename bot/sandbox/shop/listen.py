"""Opens a loopback HTTP server and says where it listens."""

from aiohttp import web

END_WITHIN = 1.0
"""Seconds that requests in flight get to finish when the server closes."""


async def listen(app: web.Application, port: int = 0) -> tuple[web.AppRunner, str]:
    """Serve `app` on 127.0.0.1 (port 0: any free one). Returns the runner, to be cleaned up, and the origin."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=END_WITHIN)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"

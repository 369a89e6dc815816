"""What the demo tells the person who started it."""

from handlers.cli.demo_house import DemoHouse


def welcome(house: DemoHouse) -> str:
    """Where to look, who to be, and what to try."""
    return f"""
The demo is ready: {house.sandbox.url}

Open it in a browser, go to #releases, and pick who you are:

  Lee, a developer     /release open checkout v2.1.0 prod     opens a release; everything then stands in its thread
  Mika, an sre         /approve                               is refused: that takes deploy:approve
  Dana and Ravi        /approve                               two deploy owners agree
  Mika                 /promote                               10 % of the shop's real traffic, then 100 %

v2.1.0 is a good build. v2.2.0 answers errors: its gate catches it, and it is rolled back. v2.3.0 is slow.
`/release help` lists all that you may do, and `/release why` what stands in the way.

The bot is process {house.bot.pid}. Kill it at any point (kill -9 {house.bot.pid}): it is started again and goes on.
The shop is at {house.shop.url}; its request logs grow in {house.shop.stable_log.parent}.
In another terminal, in this folder: `. {house.env_file}` and then `interlock release list`.

Ctrl-C ends everything.
"""

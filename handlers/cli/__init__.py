"""The command line: every action of the catalogue on the one road, the servers, the demo, and the tools.

Starting fast is part of its job: modules here import what is heavy inside the commands that need it.
"""

from handlers.cli.program import main

__all__ = ["main"]

"""What a command says: text or one JSON object on stdout, errors and progress on stderr."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Say:
    """How this command answers. With `as_json`, stdout holds exactly one JSON object and nothing else."""

    as_json: bool = False
    debug: bool = False

    def result(self, data: Mapping[str, Any], text: str) -> None:
        """The answer, once a command."""
        if self.as_json:
            self._object(data)
        else:
            sys.stdout.write(f"{text}\n")
            sys.stdout.flush()

    def trouble(self, code: str, message: str, hint: str = "", **more: Any) -> None:
        """Why it did not go: words on stderr, and with `as_json` also the object that machines read."""
        sys.stderr.write(f"{message}{' ' if hint else ''}{hint}\n")
        sys.stderr.flush()
        if self.as_json:
            self._object({"error": {"code": code, "message": message, "hint": hint}} | more)

    def aside(self, text: str) -> None:
        """Something to know beside the answer; machines need not read it."""
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()

    def table(self, data: Mapping[str, Any], columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """The answer as a table: drawn on a terminal, one line with tabs for each row elsewhere."""
        if self.as_json or not sys.stdout.isatty():
            self.result(data, "\n".join("\t".join(row) for row in rows))
            return
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(*columns, box=None, pad_edge=False, header_style="bold")
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        Console().print(table)

    @contextmanager
    def working(self, what: str) -> Iterator[None]:
        """A moving bar while something takes long; only for people at a terminal."""
        if not sys.stderr.isatty():
            yield
            return
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            progress.add_task(what, total=None)
            yield

    def _object(self, data: Mapping[str, Any]) -> None:
        json.dump(data, sys.stdout, ensure_ascii=False, default=str, indent=2 if sys.stdout.isatty() else None)
        sys.stdout.write("\n")
        sys.stdout.flush()

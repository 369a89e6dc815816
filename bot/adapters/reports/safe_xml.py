"""XML of strangers: expat without any document type, so that no entity is ever expanded and nothing is fetched."""

from collections.abc import Callable, Mapping
from xml.parsers import expat

from bot.adapters.reports.problem import ReportProblem

DEEPEST = 64
"""Elements inside each other; no report needs more."""

OnStart = Callable[[str, Mapping[str, str]], None]
OnEnd = Callable[[str], None]


def walk_xml(raw: bytes, start: OnStart, end: OnEnd) -> None:
    """Call `start` and `end` for every element, with names without their namespace. Raises ReportProblem.

    A DOCTYPE is refused as soon as it begins: entities that grow, and those that name files or addresses, are declared
    there and nowhere else.
    """
    depth = 0

    def open_element(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise ReportProblem("unsafe", f"line {parser.CurrentLineNumber}: too deep")
        start(_bare(name), attributes)

    def close_element(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(_bare(name))

    parser = expat.ParserCreate()
    parser.StartElementHandler = open_element
    parser.EndElementHandler = close_element
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(raw, True)
    except expat.ExpatError as error:
        raise ReportProblem("unreadable", f"line {error.lineno}") from None
    except (ValueError, LookupError) as error:
        if isinstance(error, ReportProblem):
            raise
        raise ReportProblem("unreadable", "its encoding") from None


def _refuse(*_declared: object) -> None:
    raise ReportProblem("unsafe", "document type")


def _bare(name: str) -> str:
    return name.rpartition(":")[2]

"""CycloneDX JSON: that a bill of materials is there, what it is about, and how much it lists (contracts 2.1)."""

from collections.abc import Collection, Iterator

from bot.adapters.reports.json_text import Object, a_text, an_object, objects, read_json, short
from bot.adapters.reports.problem import ReportProblem
from bot.domain.evidence.commands import BomFound

SPEC_VERSIONS = ("1.2", "1.3", "1.4", "1.5", "1.6", "1.7")
"""The versions that have a JSON form."""


def read_cyclonedx(raw: bytes, wanted: Collection[str] = ()) -> BomFound:
    """The document, with those of the `wanted` components that it names. Raises ReportProblem."""
    bom = an_object(read_json(raw), "document")
    if bom.get("bomFormat") != "CycloneDX":
        raise ReportProblem("foreign", "bomFormat")
    if bom.get("specVersion") not in SPEC_VERSIONS:
        raise ReportProblem("foreign", "specVersion")
    subject = an_object(an_object(bom.get("metadata", {}), "metadata").get("component", {}), "metadata.component")
    version = subject.get("version")
    if not isinstance(version, str | None):
        raise ReportProblem("foreign", "metadata.component.version")
    names = list(_names(bom))
    return BomFound(
        spec_version=bom["specVersion"],
        components=len(names),
        subject=short(subject.get("name")),
        subject_version=short(version) if version else None,
        has=tuple(sorted(set(wanted) & set(names))),
    )


def _names(bom: Object) -> Iterator[str]:
    """The names of all components, those inside others included."""
    waiting = [bom]
    while waiting:
        for one in objects(waiting.pop().get("components", []), "components"):
            a_text(one.get("type"), "components.type")
            yield a_text(one.get("name"), "components.name")
            waiting.append(one)

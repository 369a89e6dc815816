"""What a command or a load run showed, in one line for the card and in a few for whoever asks why."""

from bot.domain.evidence import CommandResult, Fact, LoadMeasurement
from bot.domain.evidence.commands import AuditFound, BomFound, Found, ScanFound, SuitesFound
from bot.views.escape import code, inline
from bot.views.measures import Unit, amount, count


def command_short(fact: Fact | None) -> str:
    """The numbers that matter: `412 tests, 3 skipped`; empty for facts of other kinds."""
    match fact:
        case CommandResult():
            return _found(fact.found) if fact.found is not None else ""
        case LoadMeasurement(latency_ms=latency) if latency is not None:
            rate = amount(fact.achieved_rps, Unit.PLAIN)
            failed = f", {count(fact.failed, 'failure')}" if fact.failed else ""
            return f"p95 {amount(latency.p95, Unit.MS)} at {rate} requests a second{failed}"
        case _:
            return ""


def command_lines(fact: CommandResult) -> list[str]:
    """How long it ran, what its report says, and which bytes were read."""
    lines = [f"• ran for {amount(fact.seconds, Unit.PLAIN)} s{_exit(fact)}"]
    if fact.found is not None:
        lines.append(f"• report: {_found(fact.found)}")
    if fact.report is not None:
        seal = code(fact.report.sha256[:12])
        lines.append(f"• from {code(fact.report.path)}, {count(fact.report.size, 'byte')}, SHA-256 {seal}")
    return lines


def load_lines(fact: LoadMeasurement) -> list[str]:
    """How much was sent and what came back."""
    rate, asked = amount(fact.achieved_rps, Unit.PLAIN), amount(fact.asked_rps, Unit.PLAIN)
    lines = [
        f"• {count(fact.total, 'request')} to {code(fact.url)} at {rate} of {asked} a second: "
        f"{fact.ok:,} good, {fact.failed:,} failed, {fact.timeouts:,} of those timed out"
    ]
    if (latency := fact.latency_ms) is not None:
        named = (("median", latency.median), ("p95", latency.p95), ("p99", latency.p99), ("longest", latency.max))
        lines.append("• " + ", ".join(f"{name} {amount(value, Unit.MS)}" for name, value in named))
    return lines + [f"• {count(one.count, 'time')}: {inline(one.text, 200)}" for one in fact.errors[:3]]


def _exit(fact: CommandResult) -> str:
    return f", exit code {fact.code}" if fact.ended == "exited" else ""


def _found(found: Found) -> str:
    match found:
        case SuitesFound():
            parts = [count(found.ran, "test")]
            parts += [f"{found.failures + found.errors:,} failed"] if found.failures + found.errors else []
            return ", ".join(parts + ([f"{found.skipped:,} skipped"] if found.skipped else []))
        case ScanFound():
            parts = [f"{number:,} {inline(level, 20)}" for level, number in found.levels.items() if number]
            parts += [f"{found.suppressed:,} suppressed"] if found.suppressed else []
            return f"{inline(' and '.join(found.tools), 80)}: {', '.join(parts) or 'nothing found'}"
        case AuditFound():
            every = len(found.vulnerabilities) + sum(found.more.values())
            found_in = count(found.dependencies, "dependency", "dependencies")
            return f"{count(every, 'vulnerability', 'vulnerabilities')} in {found_in}"
        case BomFound():
            return f"{count(found.components, 'component')}, CycloneDX {inline(found.spec_version, 10)}"

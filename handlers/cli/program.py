"""The program `interlock`, which is also `dosctl`: its commands, and the exit code of what cannot even be read."""

import sys
from typing import NoReturn

import typer

from handlers.cli import (
    actions,
    audit,
    configuration,
    database,
    demo,
    doctor,
    evidence,
    harvest,
    judgement,
    judging,
    keeping,
    keys,
    load_smoke,
    preflight,
    releases,
    sandbox,
    sealing,
    servers,
    source_names,
    stage,
    version,
)
from handlers.cli.command import group
from handlers.cli.say import Say

USAGE = (
    "Interlock conducts releases in Slack. "
    "Exit codes: 0 done, 2 a gate or check failed, 3 refused, 4 invalid input, 5 infrastructure."
)


def make_program() -> typer.Typer:
    """Every command."""
    program = group(USAGE)
    servers.add(program)
    demo.add(program)
    sandbox.add(program)
    doctor.add(program)
    preflight.add(program)
    load_smoke.add(program)
    version.add(program)
    release = group("Every action on releases, as in Slack.")
    actions.add(release)
    releases.add(release)
    groups = {
        "release": release,
        "evidence": group("What was measured: harvest it, seal it, check it, hand it in."),
        "judge": group("Judging evidence: alone, by several judges, and as one of them."),
        "stage": group("The signed stage file that traffic controllers follow."),
        "keys": group("The keys that judges and evidence are signed with."),
        "audit": group("The ledger: is it whole, and what does it hold?"),
        "db": group("The database."),
        "config": group("The configuration."),
    }
    for part in (evidence, harvest, sealing, keeping):
        part.add(groups["evidence"])
    for part in (judgement, judging):
        part.add(groups["judge"])
    stage.add(groups["stage"])
    keys.add(groups["keys"])
    audit.add(groups["audit"])
    database.add(groups["db"])
    configuration.add(groups["config"])
    source_names.add(program)
    for name, commands in groups.items():
        program.add_typer(commands, name=name)
    return program


def main() -> NoReturn:
    """Run one command and end with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without our marks is no reason to fail
    raise SystemExit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """The exit code of these arguments. What typer cannot read is invalid input (4), not a failed gate (2)."""
    try:
        return int(make_program()(arguments, prog_name=_name(), standalone_mode=False) or 0)
    except typer.TyperException as wrong:
        _tell_usage(wrong, Say(as_json="--json" in arguments))
        return 4
    except typer.Abort:
        return 130


def _tell_usage(wrong: typer.TyperException, say: Say) -> None:
    context = getattr(wrong, "ctx", None)
    path = context.command_path if context is not None else _name()
    if type(wrong).__name__ == "NoArgsIsHelpError":
        return  # the help is printed already
    message = wrong.format_message()
    stop = "" if message.endswith((".", "?", "!")) else "."
    say.trouble("invalid_input", f"{message}{stop}", f"See `{path} --help`.")


def _name() -> str:
    name = sys.argv[0].rsplit("/", 1)[-1]
    return name if name in ("interlock", "dosctl") else "interlock"

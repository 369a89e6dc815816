"""The command deployer: argument lists filled and run, exit codes and answers read, nothing leaked."""

import json
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.commands.argument_template import ArgumentTemplate, BadTemplate
from bot.adapters.deployers.command import CommandLineDeployer
from bot.adapters.deployers.stage import StageFileDeployer
from bot.adapters.deployers.table import DEPLOYERS, UnknownDeployer, build_deployer, place_under_var
from bot.domain.service import CommandDeployer, StageDeployer
from bot.ports import Progress
from bot.settings import Settings

PATH = "/usr/local/bin:/usr/bin:/bin"
ECHO = (
    sys.executable,
    "-c",
    "import json, os, sys; print(json.dumps({'argv': sys.argv[1:], 'env': dict(os.environ)}))",
)


def deployer(environ=None, **spec):
    fields = {"kind": "command", "start": ("true",), "rollback": ("true",), "timeout": timedelta(seconds=30)}
    return CommandLineDeployer(CommandDeployer(**(fields | spec)), {"PATH": PATH} | (environ or {}))


def shell(script):
    """A command whose program is a shell script of the test's."""
    return ("sh", "-c", script)


async def test_placeholders_are_filled_inside_each_argument(order):
    """Several in one argument, all of them, each argument staying one."""
    start = (*ECHO, "{version}", "--to={percent}/{version}", "{previous} {id}", "{service}@{environment}", "{}", "{3}")
    report = await deployer(start=start).start(order())
    assert json.loads(report.output)["argv"] == [
        "v2.1.0",
        "--to=10/v2.1.0",
        "v2.0.0 R-7-1",
        "checkout@prod",
        "{}",
        "{3}",
    ]


async def test_a_rollback_returns_to_the_orders_version(order):
    """`{version}` is where to, the rollback's own list is run."""
    report = await deployer(rollback=(*ECHO, "to", "{version}")).rollback(order(version="v2.0.0"))
    assert (report.progress, json.loads(report.output)["argv"]) == (Progress.DONE, ["to", "v2.0.0"])


@pytest.mark.parametrize(
    "value",
    [
        "; touch pwned",
        "$(touch pwned)",
        "`touch pwned`",
        "| touch pwned",
        "v1 && touch pwned",
        "{percent}",
        "a b'c\"",
        "*",
    ],
)
async def test_values_are_inert(value, order, tmp_path):
    """No shell reads them, and a placeholder inside a value is not filled again."""
    report = await deployer(start=(*ECHO, "{version}"), cwd=str(tmp_path)).start(order(version=value))
    assert json.loads(report.output)["argv"] == [value]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", ["--force", "-x", "v1\nv2", "v1\x00", "\x1b[2J"])
async def test_a_value_that_a_program_could_misread_is_refused(value, order, tmp_path):
    """No option, no control character; nothing is run."""
    start = (*shell(f"touch {tmp_path}/ran"), "{version}")
    report = await deployer(start=start).start(order(version=value))
    assert report.progress is Progress.FAILED
    assert "{version}" in report.summary
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("deploy", "{verison}"), r"\{verison\}"),
        (("deploy", "${HOME}"), r"\{HOME\}"),
        (("deploy", "{reason}"), "known are"),
        (("{version}",), "program itself"),
        (("",), "must name a program"),
    ],
)
@pytest.mark.parametrize("name", ["start", "rollback", "status"])
def test_a_bad_template_is_an_error_at_construction(arguments, hint, name):
    """Not at the first release, and with the name of the setting."""
    with pytest.raises(BadTemplate, match=hint) as caught:
        deployer(**{name: arguments})
    assert str(caught.value).startswith(f"{name}: ")


def test_a_template_without_arguments_is_refused():
    """There is nothing to run."""
    with pytest.raises(BadTemplate):
        ArgumentTemplate.parse("status", ())


async def test_the_child_sees_three_variables_the_allowed_ones_and_the_facts(order):
    """Nothing else of our environment, and a fact cannot be replaced."""
    environ = {
        "HOME": "/home/bot",
        "LANG": "C.UTF-8",
        "REGION": "r1",
        "SLACK_BOT_TOKEN": "no",
        "OTHER": "no",
        "INTERLOCK_VERSION": "forged",
    }
    allowed = ("REGION", "UNSET", "INTERLOCK_VERSION")
    report = await deployer(environ, start=ECHO, environment=allowed).start(order())
    seen = json.loads(report.output)["env"]
    seen.pop("LC_CTYPE", None)  # set by Python itself
    assert seen == {
        "PATH": PATH,
        "HOME": "/home/bot",
        "LANG": "C.UTF-8",
        "REGION": "r1",
        "INTERLOCK_DEPLOYMENT": "R-7-1",
        "INTERLOCK_RELEASE": "R-7",
        "INTERLOCK_SERVICE": "checkout",
        "INTERLOCK_ENVIRONMENT": "prod",
        "INTERLOCK_VERSION": "v2.1.0",
        "INTERLOCK_PREVIOUS": "v2.0.0",
        "INTERLOCK_PERCENT": "10",
        "INTERLOCK_ACTOR": "U01DANA",
        "INTERLOCK_DIGEST": "sha256:0d",
    }


async def test_a_program_is_looked_for_from_its_working_folder(order, tmp_path):
    """`./deploy.sh` means the one in `cwd`."""
    script = tmp_path / "deploy.sh"
    script.write_text('#!/bin/sh\necho "$1 from $(basename "$PWD")"\n')
    script.chmod(0o755)
    report = await deployer(start=("./deploy.sh", "{version}"), cwd=str(tmp_path)).start(order())
    assert report.summary == f"v2.1.0 from {tmp_path.name}"


@pytest.mark.parametrize(
    ("script", "progress", "summary"),
    [
        ("echo moved; echo; exit 0", Progress.DONE, "moved"),
        ("exit 0", Progress.DONE, ""),
        ("echo out; echo broken pipe >&2; exit 3", Progress.FAILED, "sh: exit code 3: broken pipe"),
        ("exit 1", Progress.FAILED, "sh: exit code 1"),
        ("kill -9 $$", Progress.FAILED, "sh: ended by signal 9"),
        ("""echo '{"summary": "10 % moved"}'; echo bye""", Progress.DONE, "10 % moved"),
        ("""echo '{"id": 1,   "state": "done"}'""", Progress.DONE, ""),
        (
            """echo '{"error": {"code": "gone", "message": "no such version"}}'; exit 2""",
            Progress.FAILED,
            "sh: exit code 2: no such version",
        ),
        ("""printf '{\\n "message": "on\\ntwo"}'""".replace("on\\ntwo", "on two"), Progress.DONE, "on two"),
    ],
)
async def test_exit_codes_and_last_words(script, progress, summary, order):
    """0 is done, everything else failed with its code; the summary is one line."""
    report = await deployer(start=shell(script)).start(order())
    assert (report.progress, report.summary) == (progress, summary)


async def test_a_summary_does_not_show_where_programs_lie(order):
    """A channel has no use for this machine's paths."""
    report = await deployer(start=(sys.executable, "-c", "raise SystemExit(3)")).start(order())
    assert report.summary == f"{Path(sys.executable).name}: exit code 3"


async def test_a_summary_is_one_short_line(order):
    """Whatever the command prints."""
    report = await deployer(start=shell("printf 'a\\tb %01000d' 1")).start(order())
    assert len(report.summary) == 300
    assert "\n" not in report.summary


@pytest.mark.parametrize(
    ("start", "hint"),
    [
        (("./no-such-program",), "./no-such-program: command not found"),
        (("no-such-program-anywhere",), "no-such-program-anywhere: command not found"),
        (("./plain.txt",), "./plain.txt: not permitted to run"),
        (("./odd.bin",), "./odd.bin: Exec format error"),
    ],
)
async def test_a_program_that_cannot_run_is_a_permanent_failure(start, hint, order, tmp_path):
    """Nothing was started, and trying again would not help."""
    (tmp_path / "plain.txt").write_text("x")
    (tmp_path / "odd.bin").write_bytes(b"\x00\x01")
    (tmp_path / "odd.bin").chmod(0o755)
    report = await deployer(start=start, cwd=str(tmp_path)).start(order())
    assert (report.progress, report.summary) == (Progress.FAILED, hint)


async def test_a_missing_working_folder_is_named(order, tmp_path):
    """Not mistaken for a missing program."""
    report = await deployer(start=("true",), cwd=str(tmp_path / "gone")).start(order())
    assert report.progress is Progress.FAILED
    assert "working folder" in report.summary


async def test_what_a_command_prints_is_redacted(order):
    """Allowed values, values of our own secrets, and what looks like one; in the output and in the summary."""
    environ = {"DEPLOY_REGION": "value-the-child-sees", "DB_PASSWORD": "ours"}
    script = "echo token xoxb-123456789012-abcdef; echo https://u:p@h/; echo $DEPLOY_REGION ours; exit 1"
    report = await deployer(environ, start=shell(script), environment=("DEPLOY_REGION",)).start(order())
    assert report.output == "token [redacted]\nhttps://[redacted]@h/\n[redacted] [redacted]\n"
    assert report.summary == "sh: exit code 1: [redacted] [redacted]"


async def test_both_streams_are_kept(order):
    """Errors below their own heading."""
    report = await deployer(start=shell("echo out; echo err >&2")).start(order())
    assert report.output == "out\n\n[stderr]\nerr\n"


# --- find ---


@pytest.mark.parametrize(
    ("printed", "progress"),
    [
        ('{"state": "done"}', Progress.DONE),
        ('{"state": "running", "id": "R-7-1"}', Progress.RUNNING),
        ('{"state": "failed"}', Progress.FAILED),
        ('{"state": "unknown"}', Progress.UNKNOWN),
        ('working\n{"state": "done"}\nbye', Progress.DONE),
        ('{\n  "state": "done"\n}', Progress.DONE),
        ('{"state": "done", "token": 12345}', Progress.DONE),
        ('{"state": "Done"}', Progress.SILENT),
        ('{"state": null}', Progress.SILENT),
        ('{"state": ["done"]}', Progress.SILENT),
        ('{"status": "done"}', Progress.SILENT),
        ('{"state": "done", "id": "R-6-1"}', Progress.SILENT),
        ('"done"', Progress.SILENT),
        ("done", Progress.SILENT),
        ("", Progress.SILENT),
        ('{"state": "done"', Progress.SILENT),
    ],
)
async def test_the_status_answer_is_read_and_never_guessed(printed, progress, order):
    """Only the four words, only about this deployment."""
    status = (sys.executable, "-c", "import sys; print(sys.argv[1]); print('noise', file=sys.stderr)", printed, "{id}")
    assert (await deployer(status=status).find(order())).progress is progress


async def test_the_status_command_is_asked_for_the_deployments_id(order):
    """By that id and nothing else."""
    status = (*shell("""printf '{"state": "done", "id": "%s"}' "$0" """), "{id}")
    assert (await deployer(status=status).find(order("R-7-9"))).progress is Progress.DONE


async def test_nobody_can_tell_without_a_status_command_or_when_it_fails(order):
    """None configured, one that fails after printing `done`, one that is not there."""
    failing = shell("""echo '{"state": "done"}'; exit 1""")
    for spec in ({}, {"status": failing}, {"status": ("./no-such-program",)}):
        assert (await deployer(**spec).find(order())).progress is Progress.SILENT


# --- the table ---


def test_the_table_builds_what_a_configuration_names():
    """One row for each kind of the configuration."""
    command = CommandDeployer(kind="command", start=("true",), rollback=("true",))
    assert set(DEPLOYERS) == {"stage", "command"}
    assert isinstance(build_deployer(command, Settings.read({}), {}), CommandLineDeployer)
    assert isinstance(build_deployer(StageDeployer(kind="stage"), Settings.read({}), {}), StageFileDeployer)


async def test_the_default_stage_file_follows_the_var_folder(tmp_path, order):
    """`var/rollout/…` lies in the var folder, wherever that is."""
    settings = Settings.read({"INTERLOCK_VAR": str(tmp_path / "data"), "INTERLOCK_STAGE_KEY": "stage-test-secret"})
    built = build_deployer(StageDeployer(kind="stage"), settings, {})
    await built.start(order())
    assert (tmp_path / "data/rollout/desired_stage.txt").read_text() == "canary\n"
    assert str(place_under_var("elsewhere/stage.txt", tmp_path)) == "elsewhere/stage.txt"


async def test_a_hook_of_the_environment_wins_over_a_services_own(tmp_path, order):
    """Design 6; both see the variables that the service's file names."""
    told = tmp_path / "told"
    settings = Settings.read(
        {
            "INTERLOCK_VAR": str(tmp_path),
            "INTERLOCK_STAGE_KEY": "stage-test-secret",
            "INTERLOCK_CONTROLLER_HOOK": f"sh -c 'echo \"$REGION $0 $2\" >> {told}' environment",
        }
    )
    spec = StageDeployer(kind="stage", hook=("sh", "-c", f"echo file >> {told}"), environment=("REGION",))
    await build_deployer(spec, settings, {"PATH": PATH, "REGION": "north", "OTHER": "x"}).start(order())
    assert told.read_text() == "north environment canary\n"


def test_an_unknown_kind_is_an_error():
    """Never a default."""
    odd = CommandDeployer(kind="command", start=("true",), rollback=("true",)).model_copy(update={"kind": "magic"})
    with pytest.raises(UnknownDeployer, match="magic; known are command, stage"):
        build_deployer(odd, Settings.read({}), {})

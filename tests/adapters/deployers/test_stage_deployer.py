"""The stage deployer: orders become words, hooks are told, and what was found on the way is reported."""

import json
import resource
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.deployers import stage_files
from bot.adapters.deployers.stage import StageFileDeployer
from bot.adapters.deployers.stage_file import read_stage, write_stage
from bot.adapters.deployers.stage_files import StagePaths, locked
from bot.adapters.deployers.stage_hook import Hooks
from bot.adapters.deployers.stage_words import Stage
from bot.domain.events import StageFellBack
from bot.ports import DeployerRetry, Progress
from bot.settings import ConfigurationError, Settings
from tests.adapters.deployers.conftest import by_hand, snapshot

RECORDER = """
import json, os, sys
with open(sys.argv[1], "a") as log:
    print(json.dumps({"arguments": sys.argv[2:], "environment": dict(os.environ)}), file=log)
sys.exit(int(os.environ.get("INTERLOCK_PERCENT") == "66") * 7)
"""


@pytest.fixture
def recorder(tmp_path):
    """A hook that writes down how it was called; it fails with 7 for a share of 66 percent."""
    script = tmp_path / "recorder.py"
    script.write_text(RECORDER)
    return script


def recorded(log: Path) -> list[dict]:
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


@pytest.fixture
def make(path, keys, clock):
    """Builds a deployer; the environment is given, everything else has a default."""

    def build(environ=None, hook=None, keys=keys, timeout=timedelta(seconds=30), allowed=()):
        settings = Settings.read(environ or {})
        hooks = Hooks(settings.controller_hook or hook or (), settings.on_promote_cmd or (), allowed)
        return StageFileDeployer(path, keys, hooks, timeout, environ or {}, clock)

    return build


async def test_shares_become_words(make, order, path, keys, clock):
    """Below 100 percent `canary`, 100 `promote`, back `stable`; the manifest says for what."""
    deployer = make()
    for deployment, percent, word in (("d1", 1, "canary"), ("d2", 99, "canary"), ("d3", 100, "promote")):
        report = await deployer.start(order(deployment, percent=percent))
        assert (report.progress, path.read_text()) == (Progress.DONE, f"{word}\n")
    report = await deployer.rollback(order("d4", version="v2.0.0"))
    assert (report.progress, path.read_text()) == (Progress.DONE, "stable\n")
    binding = read_stage(path, keys, now=clock).binding
    assert binding is not None
    assert binding.model_dump(exclude={"expires"}) == {
        "actor": "U01DANA",
        "release": "R-7",
        "service": "checkout",
        "environment": "prod",
        "version": "v2.0.0",
        "percentage": 0,
        "deployment": "d4",
        "digest": "sha256:0d",
    }


@pytest.mark.parametrize("percent", [0, -1, 101])
async def test_a_share_that_is_none_is_refused(percent, make, order, path):
    """Nothing is written."""
    assert (await make().start(order(percent=percent))).progress is Progress.FAILED
    assert not path.exists()


async def test_a_deployment_is_found_by_its_id(make, order):
    """The latest, an earlier one, and one that was never written."""
    deployer = make()
    assert (await deployer.find(order("d1"))).progress is Progress.UNKNOWN
    await deployer.start(order("d1"))
    assert (await deployer.find(order("d1"))).progress is Progress.DONE
    await deployer.rollback(order("d2"))
    report = await deployer.find(order("d1"))
    assert (report.progress, report.summary) == (Progress.DONE, "written; stable since")
    assert (await deployer.find(order("d3"))).progress is Progress.UNKNOWN


async def test_without_a_key_nothing_is_started_and_nobody_can_tell(make, order, path):
    """The named error of the contract."""
    deployer = make(keys=None)
    for report in (await deployer.start(order()), await deployer.rollback(order())):
        assert (report.progress, report.summary) == (Progress.FAILED, "stage signing key not configured")
    assert (await deployer.find(order())).progress is Progress.SILENT
    assert not path.exists()


async def test_a_changed_file_stops_the_next_step_and_not_the_rollback(make, order, path):
    """The start fails with the event; the rollback goes through, and does not tell the same news twice."""
    deployer = make()
    await deployer.start(order("d1"))
    path.write_text("abort\n")
    report = await deployer.start(order("d2", percent=50))
    assert report.progress is Progress.FAILED
    assert report.events == (StageFellBack(path=str(path), found="token_changed"),)
    assert path.read_text() == "stable\n"

    report = await deployer.rollback(order("d3"))
    assert (report.progress, report.events) == (Progress.DONE, ())
    report = await deployer.start(order("d4", release="R-8"))
    assert (report.progress, report.events) == (Progress.DONE, ())


async def test_a_find_over_a_changed_file_fails_with_the_event(make, order, path):
    """What was written is no longer in effect."""
    deployer = make()
    await deployer.start(order("d1"))
    path.unlink()
    report = await deployer.find(order("d1"))
    assert report.progress is Progress.FAILED
    assert report.events == (StageFellBack(path=str(path), found="token_missing"),)


async def test_a_rollback_over_a_changed_file_reports_it(make, order, path):
    """Found by the rollback itself."""
    await make().start(order("d1"))
    path.write_text("promote\n")
    report = await make().rollback(order("d2"))
    assert report.progress is Progress.DONE
    assert report.events == (StageFellBack(path=str(path), found="token_changed"),)


async def test_a_fallback_that_somebody_else_found_still_reaches_the_ledger(make, order, path, keys, clock):
    """The command line read the file first; another process reports it."""
    await make().start(order("d1"))
    path.write_text("promote\n")
    read_stage(path, keys, now=clock)
    report = await make().start(order("d2", percent=50))
    assert (report.progress, [event.found for event in report.events]) == (Progress.FAILED, ["token_changed"])


async def test_a_second_tampering_is_news_again(make, order, path):
    """Having told of one fallback does not hide the next."""
    deployer = make()
    await deployer.start(order("d1"))
    path.write_text("abort\n")
    await deployer.find(order("d1"))
    path.write_text("promote\n")
    report = await deployer.rollback(order("d2"))
    assert [event.found for event in report.events] == ["token_changed"]


async def test_a_busy_stage_file_is_asked_again_later(make, order, path, monkeypatch):
    """Nothing was written, so the engine may simply try again."""
    monkeypatch.setattr(stage_files, "LOCK_WITHIN", 0.0)
    deployer = make()
    with locked(StagePaths(path).lock):
        for ask in (deployer.start, deployer.rollback, deployer.find):
            with pytest.raises(DeployerRetry):
                await ask(order())
    assert not path.exists()


async def test_a_folder_in_the_way_is_a_plain_failure(make, order, path):
    """Waiting would not mend it, and the summary says what is wrong."""
    path.parent.parent.joinpath("rollout").write_text("")
    report = await make().start(order())
    assert report.progress is Progress.FAILED
    assert report.summary.startswith("stage file: ")


async def test_a_full_disk_is_asked_again_later(make, order, path, keys, clock):
    """Nothing was begun, nothing is left behind, and the old stage holds."""
    await make().start(order("d1"))
    before = sorted(path.parent.iterdir())
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        with pytest.raises(DeployerRetry, match="stage file: "):
            await make().start(order("d2", percent=50))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert sorted(path.parent.iterdir()) == before
    assert read_stage(path, keys, now=clock).stage is Stage.CANARY


async def test_two_services_on_one_path_are_refused(make, order, path):
    """And the one that holds the file is named."""
    await make().start(order())
    report = await make().start(order("d9", service="cart", release="R-9"))
    assert (report.progress, path.read_text()) == (Progress.FAILED, "canary\n")
    assert "checkout@prod" in report.summary


# --- hooks ---


async def test_the_trace_files_have_the_contracts_shapes(make, order, path, clock):
    """Contracts 1.7: exactly ts, stage, source; the log line; UTC with Z. No hook is needed for them."""
    deployer = make()
    await deployer.start(order("d1"))
    clock.turn(timedelta(minutes=1))
    await deployer.rollback(order("d2"))
    assert (path.parent / "hooks.log").read_text().splitlines() == [
        "[hook] stage=canary source=interlock at 2025-03-04T12:00:00Z",
        "[hook] stage=stable source=interlock at 2025-03-04T12:01:00Z",
    ]
    assert json.loads((path.parent / "last_hook.json").read_text()) == {
        "ts": "2025-03-04T12:01:00Z",
        "stage": "stable",
        "source": "interlock",
    }


async def test_the_controller_hook_gets_stage_source_and_facts(make, order, path, recorder, tmp_path):
    """Its required arguments, the order as variables, and none of our secrets."""
    log = tmp_path / "log"
    environ = {"PATH": "/usr/bin:/bin", "SLACK_BOT_TOKEN": "xoxb-of-a-test", "DECISIONOS_STAGE_KEY": "nor-this"}
    report = await make(environ, hook=(sys.executable, str(recorder), str(log))).start(order())
    (call,) = recorded(log)
    assert call["arguments"] == ["--stage", "canary", "--source", "interlock"]
    seen = call["environment"]
    assert (seen["INTERLOCK_DEPLOYMENT"], seen["INTERLOCK_VERSION"], seen["INTERLOCK_PERCENT"]) == (
        "R-7-1",
        "v2.1.0",
        "10",
    )
    assert not {"SLACK_BOT_TOKEN", "DECISIONOS_STAGE_KEY"} & set(seen)
    assert report.summary == "canary at 10 %"
    assert "[hook] controller rc=0" in (path.parent / "hooks.log").read_text()


async def test_a_hook_from_the_environment_is_split_never_given_to_a_shell(make, order, recorder, tmp_path):
    """Quotes group words, and the rest is inert."""
    log = tmp_path / "log"
    line = f"{sys.executable} {recorder} {log} 'two words' '$(touch {tmp_path}/pwned)' '; touch {tmp_path}/pwned'"
    await make({"DECISIONOS_CONTROLLER_HOOK": line}).start(order())
    (call,) = recorded(log)
    assert call["arguments"][:3] == ["two words", f"$(touch {tmp_path}/pwned)", f"; touch {tmp_path}/pwned"]
    assert not (tmp_path / "pwned").exists()


async def test_a_hook_sees_the_variables_that_its_configuration_names(make, order, recorder, tmp_path):
    """Every other one stays with the bot; one that is named and not set stays unset."""
    log = tmp_path / "log"
    environ = {"ARGO_SERVER": "argo.example.com", "KUBE_TOKEN": "not-for-hooks"}
    hook = (sys.executable, str(recorder), str(log))
    await make(environ, hook=hook, allowed=("ARGO_SERVER", "ARGO_NAMESPACE")).start(order())
    (call,) = recorded(log)
    assert call["environment"]["ARGO_SERVER"] == "argo.example.com"
    assert not {"KUBE_TOKEN", "ARGO_NAMESPACE"} & set(call["environment"])


async def test_a_failing_hook_is_reported_and_stops_nothing(make, order, path, recorder, tmp_path):
    """Non-blocking: the stage stands, the summary says what went wrong, the log has the code."""
    hook = (sys.executable, str(recorder), str(tmp_path / "log"))
    report = await make(hook=hook).start(order(percent=66))
    assert report.progress is Progress.DONE
    assert report.summary == "canary at 66 %; controller rc=7"
    assert "[hook] controller rc=7" in (path.parent / "hooks.log").read_text()


async def test_a_hook_that_does_not_exist_is_reported(make, order, path):
    """With its name."""
    report = await make(hook=("./no-such-hook",)).start(order())
    assert report.progress is Progress.DONE
    assert "./no-such-hook: command not found" in report.summary
    assert "[hook] controller not run" in (path.parent / "hooks.log").read_text()


async def test_the_on_promote_command_runs_on_promote_only(make, order, path, recorder, tmp_path):
    """Neither a canary nor a way back may promote anything; its code is logged under the contract's name."""
    log = tmp_path / "log"
    deployer = make({"DECISIONOS_ON_PROMOTE_CMD": f"{sys.executable} {recorder} {log} argo"})
    await deployer.start(order("d1"))
    assert recorded(log) == []
    await deployer.start(order("d2", percent=100))
    assert [call["arguments"] for call in recorded(log)] == [["argo"]]
    await deployer.rollback(order("d3"))
    assert len(recorded(log)) == 1
    assert "[hook] DECISIONOS_ON_PROMOTE_CMD rc=0" in (path.parent / "hooks.log").read_text().splitlines()


def test_a_hook_with_an_open_quote_is_an_error_at_construction(make):
    """Not at the first release."""
    with pytest.raises(ConfigurationError, match="DECISIONOS_CONTROLLER_HOOK"):
        make({"DECISIONOS_CONTROLLER_HOOK": "hook 'open"})


async def test_after_a_crash_before_the_hooks_the_controller_is_told(
    make, order, path, keys, clock, recorder, tmp_path
):
    """`find` tells the controller once more, and does not repeat the on-promote command blindly."""
    log = tmp_path / "log"
    binding = by_hand().model_copy(update={"deployment": "d1", "percentage": 100})
    write_stage(path, Stage.PROMOTE, binding, keys, now=clock)
    deployer = make(
        {"DECISIONOS_ON_PROMOTE_CMD": f"{sys.executable} {recorder} {log} argo"},
        hook=(sys.executable, str(recorder), str(log)),
    )
    report = await deployer.find(order("d1", percent=100))
    assert report.progress is Progress.DONE
    assert "hooks: a run was cut off" in report.summary
    assert [call["arguments"] for call in recorded(log)] == [["--stage", "promote", "--source", "interlock"]]


async def test_after_complete_hooks_find_tells_nobody_again(make, order, recorder, tmp_path):
    """A question is not an action."""
    log = tmp_path / "log"
    deployer = make(hook=(sys.executable, str(recorder), str(log)))
    await deployer.start(order("d1"))
    await deployer.find(order("d1"))
    assert len(recorded(log)) == 1


async def test_a_trace_that_cannot_be_written_is_a_word_in_the_summary(make, order, path):
    """The stage stands."""
    (path.parent / "hooks.log").mkdir(parents=True)
    report = await make().start(order())
    assert report.progress is Progress.DONE
    assert "hook record: Is a directory" in report.summary


async def test_the_repeated_start_of_one_deployment_writes_once(make, order, path):
    """The same id again is answered, not carried out."""
    deployer = make()
    await deployer.start(order("d1"))
    before = snapshot(path.parent)["desired_stage.manifest.json"]
    assert (await deployer.start(order("d1"))).progress is Progress.DONE
    assert snapshot(path.parent)["desired_stage.manifest.json"] == before

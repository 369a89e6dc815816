"""What configuration says about a request: the plan that counts now, and who may hand in evidence."""

from datetime import datetime

from bot.domain.actor import Actor
from bot.domain.command import Command
from bot.domain.plan import changed_parts
from bot.domain.propose import Proposal, environment_of
from bot.domain.rbac import covers, holders_of
from bot.domain.refusal import Code, Refusal
from bot.domain.release import Release
from bot.domain.reports import Measured, Preflighted, Report, RulesChanged
from bot.domain.states import WAITING
from bot.engine.access import Access
from bot.gates.admit import SKEW
from bot.ports import Catalogue, Reader

EVIDENCE_SCOPE = "judge:run"
"""The scope that a person or token needs to hand in evidence; Interlock's own measurements need none."""

_BOUND_TO_RULES = ("approve", "promote")


def proposal(
    reader: Reader, catalogue: Catalogue, access: Access, command: Command, actor: Actor, now: datetime
) -> Proposal:
    """Everything that opening a release looks at."""
    service = catalogue.service(command.service)
    environment = environment_of(command.environment)
    declared = service is not None and environment in service.environments
    return Proposal(
        service=service,
        known=tuple(sorted(one.service for one in catalogue.services())),
        plan=catalogue.plan(command.service, environment) if declared else None,
        tags=catalogue.tags(command.service) if declared else (),
        actor=actor,
        person=access.person(actor),
        scopes=access.scopes(actor, command.service, environment),
        rbac=catalogue.rbac(),
        policy=catalogue.policy(),
        lives=reader.live(command.service, environment),
        rival=reader.active(command.service, environment),
        now=now,
    )


def rules_changed(catalogue: Catalogue, release: Release) -> RulesChanged | None:
    """The report that configuration gives a waiting release another plan; None when it stands, or names none."""
    plan = catalogue.plan(release.service, release.environment)
    if release.state not in WAITING or plan is None:
        return None
    if plan == release.plan and catalogue.policy() == release.policy:
        return None
    return RulesChanged(release=release.id, plan=plan, policy=catalogue.policy())


def rules_refusal(catalogue: Catalogue, command: Command, release: Release) -> Refusal | None:
    """The refusal of a step that old rules would have let go. Ways out and back are never refused for it."""
    if release.state not in WAITING or command.action not in _BOUND_TO_RULES:
        return None
    if catalogue.plan(release.service, release.environment) is None:
        known = tuple(sorted(one.service for one in catalogue.services()))
        return Refusal(code=Code.UNKNOWN_SERVICE, subject=release.service, release=release.id, known=known)
    if (report := rules_changed(catalogue, release)) is None:
        return None
    changed = changed_parts(release.plan, report.plan) or ("rbac",)
    return Refusal(code=Code.PLAN_CHANGED, release=release.id, known=changed)


def evidence_refusal(
    catalogue: Catalogue, access: Access, actor: Actor, release: Release, report: Report, now: datetime
) -> Refusal | None:
    """People and tokens hand in check results and pre-flight findings, with the scope; every other report is the
    machine's alone. A result for another version, or from the future, is turned away here: stored, it would stand
    before every honest one."""
    scopes = access.scopes(actor, release.service, release.environment)
    if not isinstance(report, Measured | Preflighted) or not covers(scopes, EVIDENCE_SCOPE):
        holders = holders_of(catalogue.rbac(), EVIDENCE_SCOPE, release.service, release.environment)
        return Refusal(code=Code.MISSING_SCOPE, subject=EVIDENCE_SCOPE, release=release.id, holders=holders)
    if isinstance(report, Preflighted):
        return None
    checks = tuple(gate.name for gate in release.plan.gates if gate.kind == "check")
    for fact in report.facts:
        if fact.gate not in checks or fact.kind != "check":
            return Refusal(code=Code.UNKNOWN_GATE, subject=fact.gate, release=release.id, known=checks)
        if fact.version != release.version:
            return Refusal(code=Code.WRONG_SUBJECT, subject=fact.version, detail=release.version, release=release.id)
        if fact.observed_at > now + SKEW:
            return Refusal(code=Code.INVALID_INPUT, subject="observed_at", detail="future", release=release.id)
    return None

"""What to do next about a reason, where configuration does not say it."""

from collections.abc import Mapping

_BUILT_IN = {
    "infra": "Look at the service's dashboards before the next release; it was not well enough to be touched.",
    "infra.samples_insufficient": "Give the gate a longer window, or release when there is more traffic.",
    "perf": "Measure again over a longer window, then look for what became slower.",
    "perf.samples_insufficient": "Give the gate a longer window, or release when there is more traffic.",
    "latency": "Compare the slow requests of both versions, and profile what is new.",
    "error": "Look at the failed requests of the new version first.",
    "canary": "Compare the canary with stable by endpoint; a smaller first step limits the harm.",
    "canary.sample_insufficient": "Give the canary more traffic, or its windows more time.",
    "canary.windows_clean": "Let the step bake longer than its gate needs windows.",
    "statistics": "Compare the canary with stable by endpoint; a smaller first step limits the harm.",
    "statistics.undecided": "Give the canary more traffic or a longer bake, so that the evidence decides.",
    "anomaly": "Look at what else changed at that time.",
    "drift": "Look at what the inputs look like now, and retrain or widen the limit on purpose.",
    "quota": "Raise the quota, or spread the load before the next release.",
    "budget": "Spend the next days on reliability: the error budget is what is missing.",
    "burn": "Spend the next days on reliability: the error budget is what is missing.",
    "integrity": "Find out who changed the evidence; release nothing on it until that is known.",
    "witness": "Have the evidence harvested again, from the logs themselves.",
    "stage": "Find out who or what writes the stage file beside Interlock.",
    "check": "Repair the check in CI, or have it post earlier.",
    "check.stale": "Let CI run again shortly before the promote.",
    "checklist": "Tick the items before the release waits for them.",
    "source": "Repair the log that the gate reads.",
    "evidence": "See to it that the gate's evidence is measured and posted in time.",
    "held": "Look at the gate that never came to a verdict: source, window, traffic.",
    "deployment": "Look at the deployer's own log.",
    "rollback.failed": "Rehearse the way back: the deployer could not take it.",
    "rollback.asked": "Ask who rolled back what the gates did not see, and write a gate for it.",
    "release.expired": "Open releases when those who approve are there.",
    "release.rejected": "Talk with those who reject before the next one is opened.",
    "quorum": "Look at the judges that do not answer or disagree.",
}


def suggestion(code: str, configured: Mapping[str, str]) -> str:
    """The suggested next action for a reason code: the longest match, the configured ones first; never empty."""
    for table in (configured, _BUILT_IN):
        fits = [start for start in table if code == start or code.startswith((f"{start}.", f"{start}_", f"{start}:"))]
        if fits:
            return table[max(fits, key=len)]
    return "Ask for `gates` of the releases concerned to see what they found."

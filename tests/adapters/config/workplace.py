"""A small configuration folder that tests change one thing in."""

from pathlib import Path
from textwrap import dedent

import pytest

from bot.adapters.config.catalogue import FileCatalogue
from bot.settings.mistakes import ConfigurationError

RBAC = """
    roles:
      deploy-owner: {scopes: [deploy:approve, deploy:promote]}
      developer: {scopes: [release:open]}
    bindings:
      - {role: deploy-owner, users: [U01DANA], usergroups: [S01OWNERS], environments: [prod]}
      - {role: developer, users: ["*"]}
"""

CHECKOUT = """
    service: checkout
    channels: {stg: C01STG, prod: C01REL}
    environments:
      stg:
        deployer: {kind: stage}
      prod:
        follows: stg
        approvals: {count: 2, roles: {deploy-owner: 1}}
        gates:
          - {name: unit-tests, kind: check}
          - {name: infra-slo, kind: slo, file: slo/infra.json, source: reqlog}
          - {name: canary, kind: canary, file: slo/canary.json, source: reqlog}
        sources:
          reqlog: {kind: csv, stable: var/log/stable.csv, canary: var/log/canary.csv}
        deployer: {kind: stage, path: var/rollout/prod/desired_stage.txt, timeout: 30s}
"""


class Workplace:
    """A configuration folder under a temporary directory, complete and right until a test writes into it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("rbac.yaml", RBAC)
        self.write("services/checkout.yaml", CHECKOUT)
        self.write("slo/infra.json", '{"judge_infra": {"availability": {"min_availability": 0.99}}}')
        self.write("slo/canary.json", '{"canary": {"min_sample_count": 20}}')

    def write(self, name: str, text: str | bytes) -> None:
        """Replace a file."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else dedent(text).encode())

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace the one place where `old` stands in a file."""
        text = (self.root / name).read_text()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        self.write(name, text.replace(old, new))

    def catalogue(self) -> FileCatalogue:
        """The folder, read."""
        return FileCatalogue(self.root)

    def problems(self) -> list[tuple[str, str, str]]:
        """What reading is refused for: (file relative to the folder, key, reason)."""
        with pytest.raises(ConfigurationError) as refused:
            self.catalogue()
        return [
            (str(Path(problem.file).relative_to(self.root)), problem.key, problem.reason)
            for problem in refused.value.problems
        ]

    def only_problem(self) -> tuple[str, str, str]:
        """The single reason that reading is refused for."""
        (problem,) = self.problems()
        return problem

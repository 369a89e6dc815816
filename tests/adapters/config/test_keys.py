"""Locations of mistakes are written as the file spells them, and unknown keys come with advice."""

import pytest

from bot.adapters.config.keys import advice, key_path, known_keys
from bot.domain.service import CanaryGate, ServiceConfig

DATA = {"environments": {"prod": {"gates": [{"kind": "canary", "name": "c"}], "deployer": {"kind": "stage"}}}}
GATE = ("environments", "prod", "gates", 0, "canary")


@pytest.mark.parametrize(
    ("location", "required", "written"),
    [
        ((*GATE, "name"), False, "environments.prod.gates[0].name"),
        ((*GATE, "file"), True, "environments.prod.gates[0].file"),
        (GATE, False, "environments.prod.gates[0]"),
        (("environments", "prod", "deployer", "stage", "path"), True, "environments.prod.deployer.path"),
        (("environments", "prod", "gates", 7), False, "environments.prod.gates[7]"),
        (("service",), True, "service"),
        ((), False, ""),
    ],
)
def test_names_of_union_members_are_left_out(location: tuple[int | str, ...], required: bool, written: str) -> None:
    """The file knows no `canary` between a gate and its key."""
    assert key_path(location, DATA, required) == written


def test_the_keys_of_a_place_are_known() -> None:
    """Through mappings, lists and unions by kind."""
    assert known_keys(ServiceConfig, GATE) == tuple(CanaryGate.model_fields)
    assert "service" in known_keys(ServiceConfig, ())
    assert known_keys(ServiceConfig, ("environments", "prod", "gates", 0)) == ()
    assert known_keys(ServiceConfig, ("channels", "prod")) == ()


def test_advice_names_the_nearest_key_or_all() -> None:
    """A typing mistake has a neighbour; an invention has none."""
    assert advice("frehs", ("fresh", "when")) == "is not a known setting; did you mean fresh?"
    assert advice("colour", ("fresh", "when")) == "is not a known setting; known here: fresh, when"
    assert advice("colour", ()) == "is not a known setting"

"""Bad evidence takes traffic back by itself; missing evidence never moves it on."""

from tests.stories.house import CANARY, House, Rules


async def test_a_bad_canary_is_rolled_back_by_itself_with_the_reason_in_the_thread(house: House) -> None:
    """One request in five fails on the canary: its gate sees it, traffic goes back, and the thread says why."""
    house.configure(Rules(bake="[20s, 0s]", gates=CANARY))
    house.write_logs(canary_errors=0.2)
    await house.start()
    await house.open()
    await house.approve()
    await house.say("mika", "/promote")

    await house.card_says("Rolled back")
    assert [line.split()[0] for line in house.deployments()] == ["start", "rollback"]
    assert house.deployments()[-1].split()[2] == "v2.0.0"
    line = await house.thread_says("v2.0.0")
    assert any("error rate" in one for one in await house.thread()), line
    assert "rollback_started" in house.kinds()


async def test_a_canary_without_a_log_is_held_for_a_person(house: House) -> None:
    """No log, no pass: after its patience the release is held, the channel is asked, and nothing moved on."""
    house.configure(Rules(bake="[1s, 0s]", gates=CANARY, patience="1s"))
    await house.start()
    await house.open()
    await house.approve()
    await house.say("mika", "/promote")

    await house.thread_says("on hold")
    assert house.state() == "baking"
    assert [line.split()[3] for line in house.deployments()] == ["10"]
    answer = await house.say("mika", "/rollback")
    assert "v2.0.0" in answer
    await house.card_says("Rolled back")


async def test_a_deployer_that_fails_is_rolled_back(house: House) -> None:
    """The first step cannot be deployed: the release goes back by itself and says what the deployer said."""
    await house.start()
    await house.open()
    await house.approve()
    (house.folder / "fail").touch()
    await house.say("mika", "/promote")

    await house.card_says("Rolled back")
    await house.thread_says("cannot be pulled")


async def test_a_rollback_does_not_wait_for_a_deployment_that_hangs(house: House) -> None:
    """The deployer hangs in a step; the rollback calls it off and starts at once."""
    await house.start()
    await house.open()
    await house.approve()
    (house.folder / "hang").touch()
    await house.say("mika", "/promote")
    await house.until(lambda: asked(house, "start"))

    await house.say("mika", '/rollback R-1 --reason "it hangs"')
    await house.until(lambda: asked(house, "rollback"), within=5)
    (house.folder / "hang").unlink()
    await house.card_says("Rolled back")


async def test_a_done_release_can_be_rolled_back(house: House) -> None:
    """Done and live: `/rollback checkout` brings the version before it back."""
    await house.start()
    await house.open()
    await house.approve()
    await house.say("mika", "/promote")
    await house.card_says("*Done*")
    await house.say("sam", "/rollback checkout@prod late trouble")
    await house.card_says("Rolled back")
    assert house.deployments()[-1].split()[:1] + house.deployments()[-1].split()[2:3] == ["rollback", "v2.0.0"]


def asked(house: House, verb: str) -> bool:
    """Whether the deployer was asked for it."""
    return any(line.startswith(verb) for line in house.deployments())

"""Which release a request means: by id, by service, by thread, or the only one here."""

import re
from dataclasses import dataclass

from bot.domain.actions import Kind
from bot.domain.command import Command
from bot.domain.propose import environment_of
from bot.domain.refusal import Code, Refusal
from bot.domain.release import Release
from bot.domain.service import ENVIRONMENTS, ServiceConfig
from bot.domain.states import WAITING, State
from bot.ports import Catalogue, Reader

_ID = re.compile(r"[Rr]-(\d{1,12})")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request was made: a channel, and a thread in it when there is one. Both empty outside Slack."""

    channel: str = ""
    thread: str = ""


NOWHERE = Place()
"""A request from outside Slack."""


def locate(reader: Reader, catalogue: Catalogue, command: Command, place: Place) -> Release | Refusal:
    """The release that a command means, or why that is not clear."""
    target = command.target
    if match := _ID.fullmatch(target):
        release = reader.release(f"R-{int(match[1])}")
        return release or Refusal(code=Code.UNKNOWN_RELEASE, subject=target)
    if target:
        return _named(reader, catalogue, command, target)
    if place.thread and (release := reader.in_thread(place.channel, place.thread)):
        return release
    return _here(reader, catalogue, command, place)


def _named(reader: Reader, catalogue: Catalogue, command: Command, target: str) -> Release | Refusal:
    name, _, word = target.partition("@")
    service = catalogue.service(name)
    if service is None:
        known = tuple(sorted(one.service for one in catalogue.services()))
        return Refusal(code=Code.UNKNOWN_SERVICE, subject=target, known=known)
    environment = environment_of(word)
    if word and environment not in service.environments:
        known = tuple(one for one in ENVIRONMENTS if one in service.environments)
        return Refusal(code=Code.UNKNOWN_ENVIRONMENT, subject=word, known=known)
    places = (environment,) if word else tuple(one for one in ENVIRONMENTS if one in service.environments)
    found = [one for one in (_meant(reader, command, name, where) for where in places) if one is not None]
    return _only(found) or Refusal(code=Code.UNKNOWN_RELEASE, subject=target)


def _meant(reader: Reader, command: Command, service: str, environment: str) -> Release | None:
    """The active release; for a rollback the one whose traffic is meant; for a question the newest at all."""
    active = reader.active(service, environment)
    if command.action == "rollback" and (active is None or active.state in WAITING):
        return _live(reader, service, environment) or active
    if active is None and command.row.kind is Kind.READ:
        return reader.latest(service, environment)
    return active


def _live(reader: Reader, service: str, environment: str) -> Release | None:
    lives = reader.live(service, environment)
    release = reader.release(lives[0].release) if lives and lives[0].release else None
    return release if release is not None and release.state is State.DONE else None


def _here(reader: Reader, catalogue: Catalogue, command: Command, place: Place) -> Release | Refusal:
    active = list(reader.active_releases(place.channel or None))
    if command.action == "rollback":
        moving = [one for one in active if one.state not in WAITING]
        active = moving or _all_meant(reader, catalogue, command, place) or active
    elif not active and command.row.kind is Kind.READ:
        active = _all_meant(reader, catalogue, command, place)
    return _only(active) or Refusal(code=Code.UNKNOWN_RELEASE, known=_services_here(catalogue, place))


def _all_meant(reader: Reader, catalogue: Catalogue, command: Command, place: Place) -> list[Release]:
    places = [
        (service.service, environment)
        for service in catalogue.services()
        for environment, channel in service.channels.items()
        if channel == place.channel and environment in service.environments
    ]
    meant = (_meant(reader, command, service, environment) for service, environment in places)
    return [release for release in meant if release is not None]


def _services_here(catalogue: Catalogue, place: Place) -> tuple[str, ...]:
    def is_here(service: ServiceConfig) -> bool:
        return not place.channel or place.channel in service.channels.values()

    return tuple(sorted(service.service for service in catalogue.services() if is_here(service)))


def _only(found: list[Release]) -> Release | Refusal | None:
    if len(found) > 1:
        return Refusal(code=Code.AMBIGUOUS_RELEASE, known=tuple(release.id for release in found[:20]))
    return found[0] if found else None

"""Who judges evidence beside ourselves: the options of a provider (contracts 1.12)."""

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from bot.domain.service.words import Name, Setting


class Provider(Setting):
    """One judge: this program itself (`local`), or a judge server (`http`)."""

    id: Name = Field(description="What the judge is called in votes and on the card.")
    type: Literal["local", "http"] = Field(description="This program itself, or a judge server.")
    url: str | None = Field(
        default=None, description="Address of the judge server, such as `https://judge-a.example/judge`."
    )
    timeout_ms: int = Field(default=2000, ge=1, le=600_000, description="How long one try may take, in milliseconds.")
    retries: int = Field(default=2, ge=0, le=10, description="Further tries after a timeout or a 5xx; never after 4xx.")
    require_sig: bool = Field(default=True, description="Votes whose signature no key of ours confirms do not count.")
    key_id: str | None = Field(default=None, description="The key that this judge signs with; without it any of ours.")
    breaker_max_failures: int = Field(
        default=3, ge=1, le=1000, description="Failures in a row after which the judge is left alone for a while."
    )
    breaker_reset_seconds: float = Field(
        default=5, gt=0, le=86_400, description="How long it is left alone; then one try tells."
    )
    insecure: bool = Field(default=False, description="Do without TLS, or without checking its certificate.")
    rate_per_second: float = Field(default=100, gt=0, le=10_000, description="Most questions a second, on average.")
    burst: int = Field(default=50, ge=1, le=10_000, description="Most questions at once.")

    @model_validator(mode="after")
    def _has_what_its_type_needs(self) -> Self:
        if self.type == "local":
            if self.url is not None:
                raise ValueError("a local judge has no url; give it type http")
            return self
        if self.url is None:
            raise ValueError("an http judge needs a url")
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
            raise ValueError("url must be an address such as https://judge-a.example/judge, without a password")
        if parts.scheme == "http" and not (self.insecure or _is_local(parts.hostname)):
            raise ValueError("url must begin with https://, or say `insecure: true` where the network is trusted")
        return self

    @property
    def address(self) -> str:
        """Where questions go; the path that judge servers have when the url names none."""
        url = self.url or ""
        return f"{url.rstrip('/')}/judge" if urlsplit(url).path in ("", "/") else url


class Providers(Setting):
    """The judges that a quorum asks."""

    providers: tuple[Provider, ...] = Field(min_length=1, description="The judges; each is asked once.")

    @model_validator(mode="after")
    def _are_several(self) -> Self:
        if why := one_judge_twice(self.providers):
            raise ValueError(why)
        return self


def one_judge_twice(providers: Sequence[Provider]) -> str:
    """Why these are fewer judges than there are providers; empty when they are as many."""
    ids = [one.id for one in providers]
    if doubled := sorted({name for name in ids if ids.count(name) > 1}):
        return f"{', '.join(doubled)} stands twice; every judge has its own id"
    local = [one.id for one in providers if one.type == "local"]
    if len(local) > 1:
        return f"{', '.join(local)} are one judge: the same code on the same machine agrees with itself"
    addresses = [one.address.casefold() for one in providers if one.type == "http"]
    if len(set(addresses)) < len(addresses):
        same = [one.id for one in providers if one.url and addresses.count(one.address.casefold()) > 1]
        return f"{', '.join(same)} are one judge: they have one address"
    return ""


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

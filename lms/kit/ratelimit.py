"""Slow down clients that ask too often: fixed windows, counted in the cache per address."""

import hashlib
import ipaddress
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, Final, ParamSpec

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.problems import problem_response

Params = ParamSpec("Params")
View = Callable[Concatenate[HttpRequest, Params], HttpResponseBase]

TEMPLATE: Final = "429.html"
IPV6_NETWORK_BITS: Final = 64
"""One IPv6 customer holds at least this network, so that single addresses mean nothing."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` requests under `name` from one address in each window of `seconds`.

    A fixed window lets through up to twice `most` around its edge; that is accepted.
    """

    name: str
    most: int
    seconds: int

    def wait(self, client: str) -> int:
        """Count one request from `client`; return 0, or the seconds to wait when it is too many.

        The cache keeps a hash of the address, for one window. When the cache is out of order,
        everybody is let through: a public page matters more than its limit.
        """
        now = int(clock.now().timestamp())
        window, elapsed = divmod(now, self.seconds)
        digest = hashlib.sha256(f"{client}|{window}".encode()).hexdigest()[:32]
        key = f"ratelimit:{self.name}:{digest}"
        try:
            cache.add(key, 0, timeout=self.seconds)
            count = cache.incr(key)
        except ValueError:  # the key expired or was evicted between the two calls
            return 0
        except Exception:  # every cache backend fails in its own way
            logger.exception("rate limit %s was not counted", self.name)
            return 0
        return 0 if count <= self.most else self.seconds - elapsed


def rate_limited(
    name: str,
    *,
    most: int,
    seconds: int,
    methods: Collection[str] = (),
    json: bool = False,
) -> Callable[[View[Params]], View[Params]]:
    """Decorate a view so that a client that asks too often gets 429 and when to come back.

    Only requests by one of `methods` are counted; all of them when it is empty. `json` answers
    with problem details instead of a page. Views that share a `name` share the count.
    """
    limit = Limit(name, most, seconds)

    def decorate(view: View[Params]) -> View[Params]:
        @wraps(view)
        def limited(
            request: HttpRequest, /, *args: Params.args, **kwargs: Params.kwargs
        ) -> HttpResponseBase:
            if not methods or request.method in methods:
                wait = limit.wait(client_address(request))
                if wait:
                    return too_many(request, wait, json=json)
            return view(request, *args, **kwargs)

        return limited

    return decorate


def too_many(request: HttpRequest, wait: int, *, json: bool = False) -> HttpResponse:
    """Return the 429 answer that asks the client to come back in `wait` seconds."""
    headers = {"Retry-After": str(wait), "Cache-Control": "no-store"}
    if json:
        detail = _("Too many requests. Try again in %(wait)d seconds.") % {"wait": wait}
        return problem_response(429, detail=detail, headers=headers)
    response = render(request, TEMPLATE, {"wait_seconds": wait}, status=429)
    for header, value in headers.items():
        response[header] = value
    return response


def client_address(request: HttpRequest) -> str:
    """Return the address of the client, an IPv6 one as its /64 network.

    `TRUSTED_PROXY_COUNT` proxies of ours stand before the application, and each appends to
    X-Forwarded-For the address that it saw. What lies further left was written by the client
    and is never believed. Without proxies the header is ignored.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    proxies = int(getattr(settings, "TRUSTED_PROXY_COUNT", 0))
    if proxies > 0:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        if len(hops) >= proxies and (seen := _network(hops[-proxies])):
            return seen
    return _network(direct) or "unknown"


def _network(text: str) -> str:
    """Return the address in `text` in one spelling, without a port; "" when there is none."""
    bare = text.partition("]")[0].removeprefix("[") if text.startswith("[") else text
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        network = ipaddress.ip_network((address, IPV6_NETWORK_BITS), strict=False)
        return str(network)
    return str(address)

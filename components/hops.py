"""Hops that components declare: what the proof relies on and no input of a resource shows."""

from collections.abc import Sequence

from im_stack.terms.wire import Hop


def tls_only(store: str) -> Hop:
    """What every client of a database must do where the service answers TLS and may answer without."""
    must = "connect by TLS only: no document says that the service refuses plaintext once TLS is on"
    return Hop(resource=store, what="plaintext-listener", who="every client", must=must)


def zones_by_number(resource: str, numbers: Sequence[int], verified: str) -> Hop:
    """What an operator must do about zones known by number: no input of a resource says where a number is."""
    zones = ", ".join(map(str, numbers))
    must = f"check with an account of the cloud (preflight zones) that the zones {zones} are in the region"
    if verified:
        must = f"keep the zones {zones} as found in the region ({verified})"
    return Hop(resource=resource, what="unverified-zone", who="the operator", must=must)


def encrypts(resource: str, who: str, must: str) -> Hop:
    """Who encrypts what the service does not encrypt at rest."""
    return Hop(resource=resource, what="application-encrypts", who=who, must=must)

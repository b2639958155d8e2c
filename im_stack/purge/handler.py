"""Entry point in the function runtime: `main_handler(event, context)`, invoked by a timer.

The platform must not retry a failed run at once (retries: 0): each retry may delete another `delete_limit` keys, and
the next timed run does the rest. One instance at a time (concurrency 1) is enough, with a time limit of 120 s or more.
An alarm watches for failed invocations and for the absence of successful ones."""

import json
import os
import time
from collections.abc import Mapping
from datetime import datetime

from im_stack.purge.config import ConfigError, Keyring, keyring_from
from im_stack.purge.plan import UTC
from im_stack.purge.ports import Store, Wrapper
from im_stack.purge.run import Summary, turn_over

_BUDGET = 60.0  # seconds, for a runtime without a known limit
_SHARE = 0.6  # of the limit: after it no call starts, and calls under way have the rest


IN_ORDER = "keyring_in_order"
"""The word in the line of a run that left nothing undone, and in no other: an alarm counts it."""


class KeyringError(Exception):
    """A run ended with problems; the message is its summary. Raised after every step was tried."""


_ROLE = {
    "tencent": ("TENCENTCLOUD_SECRETID", "TENCENTCLOUD_SECRETKEY", "TENCENTCLOUD_SESSIONTOKEN"),
    "aws": ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
}
"""The variables in which a cloud's runtime passes the credentials of the function's role."""


def _credentials(environment: Mapping[str, str], cloud: str) -> tuple[str, str, str | None]:
    # Read in every run: a reused instance gets new temporary credentials between two runs.
    id_name, key_name, token_name = _ROLE[cloud]
    key_id, key = environment.get(id_name), environment.get(key_name)
    if not key_id or not key:
        raise ConfigError(f"the function has no role: {id_name} and {key_name} are not set")
    return key_id, key, environment.get(token_name) or None


def _services(keyring: Keyring, credentials: tuple[str, str, str | None]) -> tuple[Store, Wrapper]:
    """The services of the keyring's cloud. Packages of another cloud are not imported and need not be installed."""
    if keyring.cloud == "aws":
        from im_stack.purge import aws_kms, bucket

        store = bucket.Bucket(bucket.client(keyring, *credentials), keyring.bucket)
        return store, aws_kms.KeyService(aws_kms.client(keyring, *credentials), keyring.kms_key_id)
    from im_stack.purge import cos, kms

    wrapper = kms.KeyService(kms.client(keyring, *credentials), keyring.kms_key_id)
    return cos.Bucket(cos.client(keyring, *credentials), keyring.bucket), wrapper


def _budget(context: object) -> float:
    left = getattr(context, "get_remaining_time_in_millis", None)
    limit = context.get("time_limit_in_ms") if isinstance(context, Mapping) else left() if callable(left) else None
    return limit / 1000 * _SHARE if isinstance(limit, int) and limit > 0 else _BUDGET


def run(environment: Mapping[str, str], now: datetime, seconds: float) -> Summary:
    """One run of the keyring that `environment` declares. Raises `ConfigError` if it declares none."""
    started = time.monotonic()
    keyring = keyring_from(environment)
    store, wrapper = _services(keyring, _credentials(environment, keyring.cloud))
    return turn_over(keyring, store, wrapper, now, in_time=lambda: time.monotonic() - started < seconds)


def main_handler(event: object, context: object) -> Summary:  # noqa: ARG001 - the event is not trusted
    """Turn the keyring over; print the summary as one JSON line, and return it or raise `KeyringError` with it.

    The clock is the runtime's, not the event's: a caller must not choose the time at which keys are due. The run
    compares this clock with the store's before it changes anything.
    """
    summary = run(os.environ, datetime.now(UTC), _budget(context))
    state = {} if summary["problems"] else {"state": IN_ORDER}
    line = json.dumps({**summary, **state}, sort_keys=True)
    print(line, flush=True)
    if summary["problems"]:
        raise KeyringError(line)
    return summary

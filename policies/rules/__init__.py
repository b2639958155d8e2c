"""Rules, one module each, in the order of the reports."""

from im_stack.policies.rule import Rule
from im_stack.policies.rules import (
    ceiling,
    copies_stay_home,
    declared_holdings,
    encrypted_at_rest,
    encrypted_in_transit,
    erasure_in_time,
    explicit_provider,
    floor,
    home_region,
    judged_arguments_count,
    keyring_guarded,
    known_types,
    no_public_door,
    nothing_survives_deletion,
    stack_complete,
    sweeps_alive,
    waivers_hold,
)

RULES: tuple[Rule, ...] = (
    ceiling.RULE,
    floor.RULE,
    erasure_in_time.RULE,
    sweeps_alive.RULE,
    keyring_guarded.RULE,
    home_region.RULE,
    explicit_provider.RULE,
    copies_stay_home.RULE,
    encrypted_at_rest.RULE,
    encrypted_in_transit.RULE,
    no_public_door.RULE,
    nothing_survives_deletion.RULE,
    declared_holdings.RULE,
    stack_complete.RULE,
    judged_arguments_count.RULE,
    known_types.RULE,
    waivers_hold.RULE,
)

"""Judgement of facts by duties: the ledger of bounds, the rules, and the policy pack of the engine."""

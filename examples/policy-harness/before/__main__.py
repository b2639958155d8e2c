from pulumi_policy import EnforcementLevel, PolicyPack
from rules import POLICIES

PolicyPack(name="buckets", enforcement_level=EnforcementLevel.MANDATORY, policies=POLICIES)

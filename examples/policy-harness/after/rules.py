"""The same two policies: every number is a float, and what is not known is a violation."""

from pulumi_policy import ReportViolation, ResourceValidationArgs, ResourceValidationPolicy
from pulumi_policy.proxy import UnknownValueError

BUCKET = "aws:s3/bucket:Bucket"
LONGEST = 30


def private(args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
    if args.resource_type != BUCKET:
        args.not_applicable("not a bucket")
    try:
        acl = args.props.get("acl", "private")
    except UnknownValueError:
        report_violation("the ACL is not known before the deployment: write it down")
        return
    if acl != "private":
        report_violation(f"the ACL is {acl}")


def expires(args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
    if args.resource_type != BUCKET:
        args.not_applicable("not a bucket")
    for rule in args.props.get("lifecycleRules", []):
        days = rule.get("expiration", {}).get("days")
        if days is not None and days > LONGEST:
            report_violation(f"objects are kept for {days:g} days")


POLICIES = [
    ResourceValidationPolicy(name="private", description="Buckets are private", validate=private),
    ResourceValidationPolicy(name="expires", description="Objects expire within 30 days", validate=expires),
]

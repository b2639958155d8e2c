"""Two policies in the usual style. Tests with dicts pass, and neither does its work."""

from pulumi_policy import ReportViolation, ResourceValidationArgs, ResourceValidationPolicy

BUCKET = "aws:s3/bucket:Bucket"
LONGEST = 30


def private(args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
    if args.resource_type == BUCKET and args.props.get("acl", "private") != "private":
        report_violation(f"the ACL is {args.props['acl']}")


def expires(args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
    if args.resource_type != BUCKET:
        return
    for rule in args.props.get("lifecycleRules", []):
        days = rule.get("expiration", {}).get("days")
        if isinstance(days, int) and days > LONGEST:
            report_violation(f"objects are kept for {days} days")


POLICIES = [
    ResourceValidationPolicy(name="private", description="Buckets are private", validate=private),
    ResourceValidationPolicy(name="expires", description="Objects expire within 30 days", validate=expires),
]

"""The parts of the backend that are buckets: media and avatars, and the keyring of what is sealed."""

from im_stack.components.aws.keyring import Keyring, KeyringArgs
from im_stack.components.aws.s3 import Bucket, BucketArgs
from im_stack.components.aws.stack import Stack
from im_stack.components.contract import Ring


def add_buckets(stack: Stack) -> None:
    """One bucket for each class that has one."""
    for part, of in stack.layout.buckets.items():
        args = BucketArgs(
            stack.bucket_name(part), stack.account, of, stack.keys, clear=stack.layout.metadata.data_class
        )
        stack.buckets[part] = Bucket(f"{stack.name}-{part}", args, stack.inside).bucket.bucket


def add_keyring(stack: Stack) -> None:
    """The keyring, where anything is sealed."""
    sealed = stack.layout.sealed
    if not sealed:
        return
    args = KeyringArgs(
        bucket=stack.bucket_name("keyring"),
        account=stack.account,
        keys=stack.keys,
        classes=sealed,
        logs=stack.layout.access,
        subnet_ids=stack.network.subnet_ids,
        group_id=stack.network.group_id("purge"),
    )
    made = Keyring(f"{stack.name}-keyring", args, stack.inside)
    stack.after(made)  # what ends the keys of sealed data is there as long as any store is
    for of in sealed:
        prefix = f"epochs/{of.data_class}/"
        stack.rings[of.data_class] = Ring(made.bucket.bucket, prefix, of.sealing.epoch, of.sealing.cache)

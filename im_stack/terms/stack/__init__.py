"""Declaration of one stack: the `im:` namespace, its waivers and sub-processors, the owner's file, the wire format."""

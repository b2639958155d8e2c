"""Resource types of the providers' SDKs: arguments and their types, without loading a whole SDK."""

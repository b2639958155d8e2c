"""Knowledge shared by the readers of both clouds: addresses, buckets, cron, credentials, keys, networks, parameters."""

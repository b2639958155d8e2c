"""Knowledge shared by the readers of both clouds: addresses, cron, policies, permissions, retention."""

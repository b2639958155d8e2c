"""Questions to a provider: its plugin's check and defaults, and the zones of an account."""

"""The pack under the real engine: what it collects, the declaration it judges, what it stops before a change."""

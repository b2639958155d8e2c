"""Chat service in memory whose records are sealed at their origin."""

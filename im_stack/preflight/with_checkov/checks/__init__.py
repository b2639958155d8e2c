"""Our rules as external checks of Checkov."""

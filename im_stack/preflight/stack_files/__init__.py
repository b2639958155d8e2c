"""Reading of Pulumi's project and stack files, with limits and line numbers."""

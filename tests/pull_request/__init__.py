"""What runs in somebody's CI: the workflows are held against their schemas and a linter, and their steps are run."""

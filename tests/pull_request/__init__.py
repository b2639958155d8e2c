"""Tests of the CI workflows: schemas, a linter, and the steps themselves."""

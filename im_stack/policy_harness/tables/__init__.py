"""Tables of cases: YAML files with the line of every key, as deployments and the verdicts expected of them."""

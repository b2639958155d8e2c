"""Plan of a backend before anything is made: periods, holdings, layout, network, topics, sizes, key rotation."""

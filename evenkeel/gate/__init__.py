"""The checkpoints: of each delivered batch before it counts, of the marts before they are read."""

"""Client programs in any language under the mocks: one command (run), all documented cases (sweep), generated ones (fuzz)."""

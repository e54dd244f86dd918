"""Client programs in any language under the mocks: `run` one, `sweep` documented cases, `fuzz` generated ones."""

"""How the mocks serve the contracts in given files: operations, examples, seconds, memory."""

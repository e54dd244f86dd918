"""Tools that send requests to the mocks, or stand between a client and a mock."""

"""Rules for the authors of any contract: what makes mocks, fuzz, sweep, verify or coverage blind."""

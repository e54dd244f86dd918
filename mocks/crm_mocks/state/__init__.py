"""All state: records, clock, seeded values, queued answers, journal, one set per session."""

"""State of a session: records, clock, seeded values, queued responses, journal and statistics."""

"""The server of a test run, which all workers share."""

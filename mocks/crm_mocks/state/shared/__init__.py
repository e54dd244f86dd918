"""State shared by several processes through Valkey or Redis: each session is a log of changes, kept once.

Every process holds a copy of the sessions that it serves, made of the same objects as in memory mode. A request runs on
the copy, and what it changes is one entry of the session's log, stored together with its journal entry by one script,
provided that the copy was up to date. Otherwise the changes are rolled back, the copy catches up, and the request runs
again. `SharedSessions` is the entry point.
"""

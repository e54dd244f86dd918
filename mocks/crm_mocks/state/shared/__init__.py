"""State shared by several processes through Valkey or Redis: each session is a log of changes, kept once.

Every process holds a copy of the sessions that it serves, made of the same objects as in memory mode. A request runs on
the copy, and what it changes is one entry of the session's log, stored together with its journal entry by one script,
provided that the copy was up to date. Otherwise the changes are rolled back, the copy catches up, and the request runs
again.

The way of a request, from `asgi/shared_requests.py`:

1. `sessions.py`, `copies.py`: find the copy; wait for the transaction in progress (`steps.py`).
2. `transaction_runner.py`: bring the copy up to date (`copy_updates.py`), begin a transaction (`transaction.py`), run
   the requests that wait, and commit; do so again if another process was faster.
3. `session.py` with `store.py`, `session_queue.py`, `journal.py`, `stats.py` and `session_parts.py`: record what a
   request changes, or apply what other processes have recorded (`changes.py`).
4. `commits.py`: store the changes, or roll them back.
5. `stored_sessions.py`, `session_names.py`, `announcements.py`: ask the server, by scripts (`scripts.py`, `replies.py`)
   and commands (`connection.py`, `url.py`, `failures.py`).

`state.py` holds all of it, `opening.py` opens it at start, and `stamp.py` watches it.
"""

"""docs/client-weaknesses.md: what breaks clients, with the weak code, the response that breaks it, and the fix.

`python -m tools.pages.weaknesses --write` fuzzes the clients in examples/ that have changed, as they are and with each
weakness in their folder, by the fuzz command of the README; with `--all` every client. The results are kept in
docs/client-weaknesses.json, from which the page is generated. `--check` names what is out of date. Exit code 0 if all
is up to date or was written; 1 if `--check` finds something, a weakness was not found or not shrunk to one difference,
or a client does not survive as it is; 2 if the fuzzer cannot be run.
"""

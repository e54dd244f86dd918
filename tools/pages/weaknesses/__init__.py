"""docs/client-weaknesses.md: what breaks clients, with the weak code, the answer that shows it, and the cure.

`python -m tools.pages.weaknesses --write` fuzzes the clients of examples/ that have changed, each as it is and
with each weakness that its folder has, by the command that stands in its README; with `--all` every one. What came of
it is kept in docs/client-weaknesses.json, and the page is made of that. `--check` names what is out of date. Exit code
0 when all is up to date or was written; 1 when `--check` finds something, when a weakness was not found or shrunk to
one difference, or when a client does not survive as it is; 2 when the fuzzer cannot be run.
"""

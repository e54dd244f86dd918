"""What the product says of software that nobody here wrote: each test states one row of `docs/verdicts.md`."""

"""Lists of the facts of the vendors' documents: where the contract has each, and which test honours it."""

"""The vendor that serves any contract: answers from examples and schemas, state by convention."""

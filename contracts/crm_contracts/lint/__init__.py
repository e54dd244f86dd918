"""House rules for contracts: checks whose messages say what is wrong, where, why it matters and how to fix it.

`python -m crm_contracts.lint [FILE…]` runs them. A rule is a function in `checks/`, registered by `@rule`; a new file
there is found by itself.
"""

from crm_contracts.lint.registry import LintFinding, LintRule, rule
from crm_contracts.lint.runner import LintResult, check, check_file, rules
from crm_contracts.lint.subject import Implementation, Subject

__all__ = ["Implementation", "LintFinding", "LintResult", "LintRule", "Subject", "check", "check_file", "rule", "rules"]

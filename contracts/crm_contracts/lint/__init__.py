"""House rules for contracts. Each finding names the problem, its location, why it matters and how to fix it.

`python -m crm_contracts.lint [FILE…]` runs the rules. A rule is a function in `checks/`, registered by `@rule`; modules
in that folder are discovered automatically.

Example:
    >>> from pathlib import Path
    >>> from crm_contracts.lint import check_file
    >>> check_file(Path("openapi/leadbank.yaml")).findings
    []
"""

from crm_contracts.lint.context import Implementation, LintContext
from crm_contracts.lint.registry import LintFinding, LintRule, rule
from crm_contracts.lint.runner import LintResult, check, check_file, rules

__all__ = [
    "Implementation",
    "LintContext",
    "LintFinding",
    "LintResult",
    "LintRule",
    "check",
    "check_file",
    "rule",
    "rules",
]

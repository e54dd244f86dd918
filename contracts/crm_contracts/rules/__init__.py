"""House rules for contracts: checks whose messages say what is wrong, where, why it matters and how to mend it.

`python -m crm_contracts.rules [FILE…]` runs them. A rule is a function in `checks/`, registered by `@rule`; a new file
there is found by itself.
"""

from crm_contracts.rules.registry import Finding, Rule, rule
from crm_contracts.rules.runner import Report, check, check_file, rules
from crm_contracts.rules.subject import Implementation, Subject

__all__ = ["Finding", "Implementation", "Report", "Rule", "Subject", "check", "check_file", "rule", "rules"]

"""Search for a value of a schema whose keywords depend on each other, such as `not`, `oneOf` and `uniqueItems`.

Unlike `value_maker`, it looks for any value, not for a realistic one, and can show that there is none.
"""

from crm_mocks.generic.search.value_search import SearchResult, ValueSearch

__all__ = ["SearchResult", "ValueSearch"]

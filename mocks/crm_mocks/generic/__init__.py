"""The vendor that serves any contract: answers from examples and schemas, state by convention.

A resource recognised from paths such as `/contacts` and `/contacts/{id}` stores, lists, reads, changes and removes
records. Everything else is answered with the first success, by its example or from its schema.
"""

from crm_mocks.generic.resources import Action, Resource
from crm_mocks.generic.settings import GenericSettings
from crm_mocks.generic.vendor import GenericVendor

__all__ = ["Action", "GenericSettings", "GenericVendor", "Resource"]

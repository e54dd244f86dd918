"""Finding vendors and their parts."""

from __future__ import annotations

from types import ModuleType

import pytest

from crm_mocks.errors import CrmMocksError, UsageError
from crm_mocks.vendor import Vendor, load_vendor, vendor_names
from crm_mocks.vendor.loading import vendor_module
from crm_mocks.vendor.package_code import subclass_in


def _module(**names):
    module = ModuleType("vendors.toy")
    vars(module).update(names)
    return module


def _subclass(name, module):
    return type(name, (Vendor,), {"__module__": module})


def test_the_subclass_that_a_module_defines_is_found():
    own = _subclass("Own", "vendors.toy")

    assert subclass_in(_module(Own=own, Vendor=Vendor, Other=_subclass("Other", "vendors.toys")), Vendor) is own


def test_the_subclass_that_a_package_imports_from_its_own_module_is_found():
    own = _subclass("Own", "vendors.toy.inner")

    assert subclass_in(_module(Own=own), Vendor) is own


@pytest.mark.parametrize("names", [(), ("One", "Two")])
def test_a_module_must_define_one_subclass(names):
    module = _module(**{name: _subclass(name, "vendors.toy") for name in names})

    with pytest.raises(CrmMocksError, match=f"vendors.toy must define one subclass of Vendor, has {len(names)}"):
        subclass_in(module, Vendor)


def test_an_unknown_vendor_is_a_usage_error():
    with pytest.raises(UsageError, match=f"unknown vendor 'nobody': there are {', '.join(vendor_names())}"):
        load_vendor("nobody")


def test_an_optional_module_may_be_missing():
    assert vendor_module("nobody", "operations") is None
    assert vendor_module(vendor_names()[0], "no_such_part") is None
    assert vendor_module(vendor_names()[0], "operations") is not None

"""The provider's own reference data are used, and checked before anything is sent."""

from __future__ import annotations

import pytest

from crm_contracts.providers.verify.sample_requests import check_data, load
from crm_mocks.errors import UsageError
from crm_mocks.vendor import load_vendor, vendor_names
from crm_mocks.vendor.sample_requests import samples_type
from tests.docs.snippets import ROOT


def samples(vendor, data, send=lambda *_, **__: None):
    return load(vendor, send, load_vendor(vendor).credentials, None, data)


def test_activix_leads_name_the_given_accounts():
    leads = samples("activix", {"accounts": [7]})
    assert leads.body("createLead", {"id": 1, "account_id": 44}, "")["account_id"] == 7


def test_config_api_leads_have_the_given_campaigns_and_fields():
    field = {
        "additionalFieldId": 5,
        "name": "Size",
        "type": "NUMERIC",
        "allowMultiSelection": False,
        "mode": "OPTIONAL",
    }
    leads = samples("config_api", {"campaigns": ["C-1"], "additional_fields": [field]})
    lead = {
        "leadCustomer": {"email": "a@example.com"},
        "externalIdentifier": "x",
        "additionalInformation": [{"additionalFieldId": 1, "value": "x"}],
    }
    sent = leads.body("createLead", lead, "")
    assert sent["externalIdentifier"] == "C-1"
    assert sent["additionalInformation"] == [{"additionalFieldId": 5, "value": "3"}]


def test_a_campaign_is_left_out_if_there_is_none():
    lead = {"leadCustomer": {"email": "a@example.com"}, "externalIdentifier": "x"}
    assert "externalIdentifier" not in samples("config_api", {"campaigns": []}).body("createLead", lead, "")


def test_crmcom_leads_refer_to_the_given_records():
    data = {
        "lead_types": [{"id": "T1"}],
        "lead_statuses": [{"id": "S1"}],
        "lead_categories": [{"id": "C1"}],
        "groups": [],
    }
    lead = {
        "token": "x",
        "type_identifier": {"id": "a"},
        "status_identifier": {"name": "b"},
        "category_identifier": {"id": "c"},
        "owned_by_group_identifier": {"id": "d"},
        "contact_information": {"action": "NEW"},
    }
    sent = samples("crmcom", data, lambda *_, **__: {"data": {"token": "t"}}).body("createLead", lead, "")
    assert sent["type_identifier"] == {"id": "T1"}
    assert sent["status_identifier"] == {"id": "S1"}
    assert sent["category_identifier"] == {"id": "C1"}
    assert "owned_by_group_identifier" not in sent


def test_leadbank_acknowledgements_have_the_given_values():
    def send(_method, path, **_):
        return {"Leads": [{"IDLeadBank": 1}]} if path == "/api/leads" else None

    events = [{"IDstatus": 1, "IDreason": None, "DateAction": "2026-01-01T00:00:00"}]
    body = [{"IDLeadBank": 0, "LeadEvents": events}]
    [sent] = samples("leadbank", {"statuses": [40], "reasons": [50]}, send).body("sendAcknos", body, "")
    assert sent["LeadEvents"] == [{"IDstatus": 40, "IDreason": None, "DateAction": "2026-01-01T00:00:00"}]


@pytest.mark.parametrize(
    ("vendor", "data", "message"),
    [
        ("config_api", {"campaign": ["x"]}, "config_api has no 'campaign': did you mean 'campaigns'"),
        ("config_api", ["x"], "must contain lists by name"),
        ("config_api", {"campaigns": "x"}, "'campaigns' must be a list"),
        ("config_api", {"campaigns": [1]}, "must be strings"),
        ("config_api", {"additional_fields": [{"name": "x"}]}, "'additional_fields' must be as in"),
        ("activix", {"accounts": ["44"]}, "'accounts' must be integers"),
        ("crmcom", {"units": [{"name": "x"}]}, "each entry of 'units' must have a string 'id'"),
        ("leadbank", {"statuses": ["2"]}, "'statuses' and 'reasons' must be integers"),
    ],
)
def test_wrong_reference_data_are_a_usage_error(vendor, data, message):
    with pytest.raises(UsageError, match=message):
        samples(vendor, check_data(vendor, data) and data)


@pytest.mark.parametrize("vendor", vendor_names())
def test_reference_data_are_documented(vendor):
    page = (ROOT / "docs" / "verify.md").read_text("utf-8")
    names = samples_type(vendor).reference_data
    assert names
    assert all(f"`{name}`" in page for name in names)

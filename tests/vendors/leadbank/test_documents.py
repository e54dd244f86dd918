"""The help page's own sample, sent unchanged."""

from __future__ import annotations

SAMPLE_LEAD = [
    "IDLeadBank", "IDprovider", "NameProvider", "IDService", "NameService", "State", "IDCampaign", "NameCampaign",
    "BandDealerID", "ExternalLeadID", "QualificationDate", "CreateDate", "Contents",
]  # fmt: skip


def test_the_sample_request_gets_the_sample_answers_members(api):
    answer = api("leadbank").post("/api/leads", content=b"1", headers={"Content-Type": "application/json"})
    assert answer.status_code == 200
    body = answer.json()
    assert list(body) == ["Status", "Message", "Leads"]
    assert body["Status"] == 1
    [lead] = body["Leads"]
    assert list(lead) == SAMPLE_LEAD
    assert lead["State"] == 1
    assert all(list(content) == ["ID", "Key", "Value", "Type"] for content in lead["Contents"])


def test_the_sample_answer_is_the_example_leads(api):
    body = api("leadbank").post("/api/leads", json=1, headers={"Prefer": "example=leads"}).json()
    assert body["Message"] == "sample string 2"
    assert [lead["BandDealerID"] for lead in body["Leads"]] == ["sample string 8"] * 2
    assert body["Leads"][0]["CreateDate"] == "2024-10-15T05:29:19.5139414+02:00"
    assert [content["Type"] for content in body["Leads"][1]["Contents"]] == [4, 4]


def test_text_json_is_a_request_format_too(api):
    answer = api("leadbank").post("/api/leads", content=b"1", headers={"Content-Type": "text/json"})
    assert len(answer.json()["Leads"]) == 1

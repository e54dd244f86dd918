"""What the vendor's documents say of each attribute, written down apart from the contract."""

from __future__ import annotations

from typing import Any, Final

ATTRIBUTES: Final[dict[str, dict[str, str]]] = {
    "Lead": {
        "integer": "id account_id average_spending gender odometer_last_visit rating service_interval_km",
        "date-time": (
            "created_at updated_at appointment_date available_date be_back_date call_date csi_date "
            "delivered_date delivery_date end_service_date last_presented_date next_presented_date "
            "open_work_order_date planned_pick_up_date presented_date promised_date refinanced_date "
            "repair_date road_test_date sale_date take_over_date unsubscribe_all_date unsubscribe_call_date "
            "unsubscribe_email_date unsubscribe_sms_date"
        ),
        "string": (
            "address_line1 address_line2 city civility code country created_method division first_name "
            "last_name locale postal_code province repair_order second_contact second_contact_civility "
            "segment storage sex source status type work_order"
        ),
        "date": "birth_date",
        "boolean": "business loyalty prepaid reached_client service_cleaning_car invoiced",
        "object": "account advisor bdc commercial service_advisor service_agent",
        "array": "emails phones vehicles",
    },
    "Account": {
        "integer": "id",
        "date-time": "created_at updated_at",
        "string": "name",
    },
    "User": {
        "integer": "id",
        "date-time": "created_at updated_at",
        "string": "email first_name last_name",
    },
    "Email": {
        "integer": "id lead_id",
        "date-time": "created_at updated_at",
        "string": "address type",
        "boolean": "valid",
    },
    "Phone": {
        "integer": "id lead_id extension",
        "date-time": "created_at updated_at",
        "string": "number type",
        "boolean": "valid",
    },
    "Vehicle": {
        "integer": (
            "id lead_id related_id accessories balance budget_max budget_min cash_down length_max length_min "
            "payment preparation price profit security_deposit sleeping value year_max year_min"
        ),
        "date-time": (
            "created_at updated_at end_contract_date end_warranty_date purchase_date recorded_date sold_date"
        ),
        "string": (
            "allowed_odometer category category_rv client_number color_exterior color_interior comment "
            "condition engine extended_warranty fuel make odometer modality model offer_number option "
            "order_number payment_frequency recall residual sold_by stock stock_state term transmission trim "
            "type vin warranty weight year"
        ),
        "number": "rate",
        "boolean": "sold tire",
        "object": "verified_by",
    },
}
"""Names of attributes by object and kind. The kind "boolean" of `type` in Email and Phone is a slip for "string"."""

VALUES: Final[dict[str, tuple[Any, ...]]] = {
    "Lead.civility": (
        "mr",
        "ms",
        "miss",
        "dr",
        "me",
    ),
    "Lead.created_method": (
        "activix",
        "auto_renewal",
        "cdk",
        "ct_wizard",
        "ford_direct",
        "manual",
        "manual_import",
        "n_c_i_digital",
        "niotext",
        "phone_system",
        "porsche_digital",
        "scan",
        "scraper",
        "serti",
    ),
    "Lead.division": (
        "new",
        "used",
        "service",
    ),
    "Lead.second_contact_civility": (
        "mr",
        "ms",
        "miss",
        "dr",
        "me",
    ),
    "Lead.segment": (
        "conquest",
        "promo",
        "notSold",
        "service",
        "loyalty",
        "reminder",
        "endWarranty",
        "endLcap",
        "endLnette",
        "csi",
        "noShow",
        "other",
    ),
    "Lead.service_interval_km": (
        1000,
        5000,
        6000,
        8000,
        12000,
        16000,
        18000,
        20000,
        24000,
        25000,
    ),
    "Lead.sex": (
        "M",
        "F",
    ),
    "Lead.status": (
        "duplicate",
        "invalid",
        "lost",
    ),
    "Lead.type": (
        "email",
        "phone",
        "walk_in",
        "loyalty",
        "renewal",
        "sms",
        "event",
        "pre_booking",
    ),
    "Email.type": (
        "home",
        "work",
    ),
    "Phone.type": (
        "home",
        "work",
        "mobile",
    ),
    "Vehicle.category": (
        "motorcycle",
        "snowmobile",
        "watercraft",
        "boat",
        "atv",
        "van",
        "truck",
        "trsuvuck",
        "automotive",
        "motorized",
        "utility",
        "caravan",
        "trailer",
    ),
    "Vehicle.category_rv": (
        "motorized_a",
        "motorized_b",
        "motorized_c",
        "travel_trailer",
        "fifth_wheel",
        "trailer_park",
        "tent_trailer",
    ),
    "Vehicle.condition": (
        "rough",
        "average",
        "clean",
        "extra_clean",
    ),
    "Vehicle.fuel": (
        "gasoline",
        "diesel",
    ),
    "Vehicle.modality": (
        "financing",
        "cash",
        "leasing",
    ),
    "Vehicle.payment_frequency": (
        "monthly",
        "two_weeks",
        "weekly",
        "one_payment",
    ),
    "Vehicle.stock_state": (
        "locate",
        "notAvailable",
        "order",
        "stock",
    ),
    "Vehicle.transmission": (
        "auto",
        "manual",
        "sequential",
    ),
    "Vehicle.type": (
        "wanted",
        "exchange",
    ),
    "Lead.gender": (0, 1, 2, 9),
}
"""Possible values by attribute; the last ones of two lists are written with a stray full stop."""

EXAMPLE: Final[dict[str, Any]] = {
    "id": 3387562,
    "first_name": "John",
    "last_name": "Doe",
    "civility": "mr",
    "second_contact": "ABC Motors",
    "second_contact_civility": None,
    "division": "new",
    "type": "walk_in",
    "source": "Lespacs",
    "address_line1": "123 av. Riverwood",
    "address_line2": "Suite 200",
    "postal_code": "J1E4Y7",
    "city": "Montreal",
    "province": "QC",
    "country": "CA",
    "locale": "en",
    "birth_date": "1990-04-10",
    "gender": 1,
    "account": {"id": 66},
    "advisor": {"id": 51112},
    "emails": [{"id": 3664451}],
    "phones": [{"id": 9465546}],
    "vehicles": [{"id": 4542214}],
    "created_at": "2018-04-09T18:05:00+00:00",
    "updated_at": "2018-04-09T18:07:00+00:00",
}
"""Body example of the push document; its linked objects have an ellipsis after the id."""

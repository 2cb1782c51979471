"""What the keys of a configuration are called on pages, what helps to answer them, and how a form is divided.

A key is named `Model.key`, or `key` alone where it means the same everywhere.
"""

from saas.kernel.text import N_

LABELS = {
    "slug": N_("Short name"), "name": N_("Name"), "kind": N_("Kind"), "phone": N_("Phone"), "email": N_("E-mail"),
    "locations": N_("Locations"), "location": N_("Location"), "procedures": N_("Procedures"),
    "tier": N_("Tier"), "amount": N_("Amount"), "from": N_("From"), "until": N_("Until"),
    "starts": N_("From"), "ends": N_("To"), "starts_on": N_("From"), "ends_on": N_("Until"), "reason": N_("Reason"),
    "procedure": N_("Procedure"), "jurisdiction": N_("Rules of"), "offering": N_("Offering"),
    "Clinic.tagline": N_("One line about you"), "Clinic.languages": N_("Languages"), "Clinic.accent": N_("Colour"),
    "Clinic.legal_entities": N_("Companies"), "Clinic.disclaimer": N_("Disclaimer"),
    "Clinic.booking_terms": N_("Terms of booking"), "LegalEntity.currency": N_("Currency"),
    "Location.legal_entity": N_("Company"), "Location.address": N_("Address"), "Location.time_zone": N_("Time zone"),
    "Location.opening_hours": N_("Opening hours"), "Location.observes_holidays": N_("Closed on public holidays"),
    "Location.closures": N_("Closed on"), "Location.rooms": N_("Rooms"), "Location.devices": N_("Devices"),
    "Address.street": N_("Street"), "Address.city": N_("City"), "Address.region": N_("State"),
    "Address.postal_code": N_("Postal code"), "Address.country": N_("Country"),
    "OpeningHours.monday": N_("Monday"), "OpeningHours.tuesday": N_("Tuesday"),
    "OpeningHours.wednesday": N_("Wednesday"), "OpeningHours.thursday": N_("Thursday"),
    "OpeningHours.friday": N_("Friday"), "OpeningHours.saturday": N_("Saturday"), "OpeningHours.sunday": N_("Sunday"),
    "Device.model": N_("Model"), "Device.serial": N_("Serial number"),
    "Person.given_name": N_("Given name"), "Person.family_name": N_("Family name"), "Person.titles": N_("Titles"),
    "Person.professions": N_("Professions"), "Person.roles": N_("What they may do here"),
    "Person.is_practitioner": N_("Treats patients"), "Person.max_concurrent_patients": N_("Patients at the same time"),
    "Person.max_supervised": N_("Visits supervised at the same time"),
    "Person.supervised_by": N_("Supervised by"), "Supervision.person": N_("By whom"),
    "Supervision.mode": N_("How near at least"), "Supervision.protocol": N_("Written protocol or order"),
    "Person.bio": N_("About them"), "Person.may_perform": N_("May perform"), "Person.hours": N_("Working hours"),
    "WorkingHours.weekdays": N_("Days"),
    "Offering.summary": N_("In one sentence"), "Offering.description": N_("Description"),
    "Offering.category": N_("Kind of care"), "Offering.modality": N_("How you meet"),
    "Offering.concerns": N_("What it helps with"), "Offering.segments": N_("Parts of the visit"),
    "Offering.add_ons": N_("Add-ons"), "Offering.max_add_ons": N_("At most so many add-ons"),
    "Offering.online": N_("Patients book it online"),
    "Offering.grid_minutes": N_("Starts every so many minutes"),
    "Offering.lead_minutes": N_("Booked so many minutes ahead"),
    "Offering.horizon_days": N_("Booked at most so many days ahead"),
    "Offering.weekly_new_patients": N_("New patients a week"), "Offering.prices": N_("Prices"),
    "Offering.tax_purpose": N_("Tax purpose"), "Offering.deposit": N_("Deposit"),
    "Offering.cancellation": N_("Cancelling"),
    "Segment.minutes": N_("Minutes"), "Segment.roles": N_("Who is needed"), "Segment.room": N_("Room"),
    "Segment.devices": N_("Devices"), "Segment.patient_present": N_("The patient is there"),
    "Segment.parallel": N_("Begins together with the part before"),
    "AddOn.offering": N_("Add-on"), "AddOn.mode": N_("How it joins"), "AddOn.with": N_("Together with"),
    "AddOn.before": N_("Before"), "AddOn.rest_before": N_("What is left of it comes before"),
    "AddOn.excludes": N_("Not together with"), "Price.practitioner": N_("Practitioner"),
    "Deposit.percent": N_("Per cent of the price"), "Deposit.per_hour": N_("Amount an hour"),
    "Cancellation.free_until_hours": N_("Free of charge until so many hours before"),
    "Cancellation.fee_percent": N_("Then per cent of the price"), "Cancellation.fee": N_("Then this amount"),
    "Taxes.rates": N_("Tax rates"), "TaxRate.purpose": N_("Purpose"), "TaxRate.rate": N_("Per cent"),
    "TaxRate.source": N_("Who says so"),
    "category": N_("Kind of care"), "none": N_("None at all"), "first_visit": N_("On a first visit"),
    "fee": N_("This amount"), "fee_percent": N_("Per cent of the price"),
    "note": N_("Note"), "profession": N_("Profession"),
    "depth_mm": N_("Planned depth in mm"), "depth_limit_mm": N_("At most so deep, in mm"),
    "exceptions": N_("Other hours"),
    "maintenance": N_("Out of use"), "hours": N_("Hours"),
    "Attestations.rules": N_("Rules you rely on"), "Attestations.restrictions": N_("What you do not want"),
    "Attestations.pack": N_("Rules you rely on, and their version"),
    "Attestations.counts_unverified": N_("A credential counts before somebody verified it"),
    "Attestation.rule": N_("Rule"), "Attestation.version": N_("Version of the rule"),
    "Attestation.attested_by": N_("Attested by"), "Attestation.attested_on": N_("Attested on"),
    "Attestation.statements": N_("What they state"), "Restriction.decision": N_("Then"),
    "CancellationRule.free_until_hours": N_("Free of charge until so many hours before"),
    "DepositRule.percent": N_("Per cent of the price"), "DepositRule.per_hour": N_("Amount an hour"),
    "LateRule.grace_minutes": N_("Minutes of grace"), "LateRule.text": N_("What patients read"),
    "LateRule.no_show_after_minutes": N_("Minutes after which they did not come"),
    "RescheduleRule.most_times": N_("At most so many times online"),
    "RescheduleRule.until_hours": N_("Until so many hours before"),
    "Policies.deposit": N_("Deposits"), "Policies.cancellation": N_("Cancelling"), "Policies.no_show": N_("Not coming"),
    "Policies.late_arrival": N_("Coming late"), "Policies.reschedule": N_("Moving"),
    "Course.min_sessions": N_("Sessions, from"), "Course.max_sessions": N_("Sessions, to"),
    "Course.min_weeks": N_("Weeks apart, from"), "Course.max_weeks": N_("Weeks apart, to"),
    "Credential.code": N_("Of what"), "Credential.exam": N_("With an examination"),
    "Credential.expires_on": N_("Ends on"), "Credential.issued_on": N_("Issued on"), "Credential.number": N_("Number"),
    "Credential.sessions": N_("Supervised sessions"), "Credential.status": N_("State"),
    "Credential.verified": N_("Verified"), "Credential.hours": N_("Hours of training"),
    "Verified.by": N_("By whom"), "Verified.how": N_("How"), "Verified.date": N_("On"),
    "Hours.didactic": N_("Theory"), "Hours.in_person": N_("In person"), "Hours.practical": N_("Practice"),
    "Hours.prerequisite": N_("Before the course"), "Hours.total": N_("In all"),
    "Device.evaluated_depth_mm": N_("Evaluated depth in mm"), "Interval.days": N_("Days apart"),
    "Offering.course": N_("A course of"), "Offering.intervals": N_("Days between visits"),
    "Offering.prior_exam": N_("Examination before"), "PriorExam.by": N_("Examined by"),
    "PriorExam.validity_months": N_("Good for so many months"),
    "Offering.exam_minutes": N_("Minutes of an examination in the visit"),
    "Offering.min_add_ons": N_("At least so many add-ons"), "Offering.patients": N_("Whom it is for"),
    "Offering.variants": N_("Variants, such as body areas"), "Price.variant": N_("Variant"),
    "Patients.only": N_("Only"), "Patients.min_age": N_("From the age of"), "Patients.max_age": N_("Up to the age of"),
    "Person.credentials": N_("Licences and certificates"), "Variant.minutes": N_("Minutes that differ"),
    "Offering.texts": N_("What patients read"), "Texts.how_it_works": N_("How it works"),
    "Texts.uses": N_("What it is used for"), "Texts.benefits": N_("What it can do for you"),
    "Texts.side_effects": N_("Side effects"), "Texts.after_care": N_("Afterwards"),
    "Texts.references": N_("References"), "Use.text": N_("Use"),
    "Use.off_label": N_("Off-label: not authorised for it"),
    "Device.label_sites": N_("Where on the body, by its label"), "Device.label_min_age": N_("Least age, by its label"),
    "Offering.sites": N_("Where on the body"), "Variant.sites": N_("Where on the body"),
    "Offering.off_label": N_("Consent to off-label uses"), "OffLabel.use": N_("Off-label use"),
    "OffLabel.clause": N_("Clause that patients agree to"),
    "Attestations.off_label": N_("Off-label uses you answer for"),
    "OffLabelWord.model": N_("Model of the device"), "OffLabelWord.use": N_("Off-label use"),
    "OffLabelWord.attested_by": N_("Attested by"), "OffLabelWord.attested_on": N_("Attested on"),
    "WorkingHours.every": N_("Every so many weeks"), "WorkingHours.week_of": N_("Counted from the Monday"),
}  # fmt: skip

HELP = {
    "slug": N_("Small letters, digits and hyphens; it stands in addresses. Left empty, it is made from the name."),
    "Clinic.accent": N_("As #rrggbb, dark enough for white text."),
    "Clinic.languages": N_("Codes such as en or es, one a line; the first is the one others fall back to."),
    "LegalEntity.currency": N_("Three letters, such as USD."),
    "Location.time_zone": N_("Such as America/Phoenix."), "jurisdiction": N_("The state, such as US-AZ."),
    "Location.closures": N_("Days such as 2026-12-25, one a line."),
    "Location.opening_hours": N_("Such as 8:00–12:00, 13:00–18:00; empty where you are closed."),
    "Person.titles": N_("As it stands on the door, such as PT, DPT."),
    "Person.max_concurrent_patients": N_("More than 1 where another patient is seen while something works."),
    "Person.max_supervised": N_("By being at the location; whoever has to be beside the patient supervises one."),
    "Supervision.mode": N_("Left empty: as near as the rule asks."),
    "Supervision.protocol": N_("By its name, and where it lies."),
    "Offering.concerns": N_("One a line, such as: Scars and texture."),
    "Offering.texts": N_("A draft until somebody whose role allows it approves it on the offering’s page."),
    "Texts.references": N_("One a line."),
    "Use.off_label": N_("The device or product is not authorised for this use; patients are told so."),
    "Offering.segments": N_("What follows one another. The practitioner is free while something is processing."),
    "Offering.prices": N_(
        "The most precise one holds: a practitioner’s, a tier’s, a location’s, everybody’s. No price, no charge."
    ),
    "Offering.tax_purpose": N_("The word by which your tax rates name it."),
    "Segment.roles": N_("One a line; left empty it is the practitioner, or nobody while something is processing."),
    "Price.from": N_("Left empty it has always held."),
    "phone": N_("With the country code, such as +1 602 555 0123."),
    "Variant.minutes": N_("By the number or the kind of a part, such as 3: 60 or hands_on: 60."),
    "Interval.days": N_("Without an offering or a procedure: between two of this."),
    "Restriction.profession": N_("Left empty: any."), "Course.max_sessions": N_("Such as 3 to 6, 4 to 6 weeks apart."),
    "Deposit": N_("One of the three, or none."), "Cancellation": N_("A share or an amount."),
}  # fmt: skip

VALUES = {
    "face": N_("Face"), "scalp": N_("Scalp"), "neck": N_("Neck"), "chest": N_("Chest"), "abdomen": N_("Abdomen"),
    "back": N_("Back"), "arms": N_("Arms"), "hands": N_("Hands"), "legs": N_("Legs"), "feet": N_("Feet"),
    "under_age": N_("Younger than the label says"),
    "visit": N_("A visit of its own"), "add_on": N_("An add-on"),
    "serial": N_("After one another"), "parallel": N_("At the same time"), "inside": N_("Within a waiting time"),
    "monday": N_("Monday"), "tuesday": N_("Tuesday"), "wednesday": N_("Wednesday"), "thursday": N_("Thursday"),
    "friday": N_("Friday"), "saturday": N_("Saturday"), "sunday": N_("Sunday"),
    "dry_needling": N_("Dry needling"), "microneedling": N_("Micro-needling"), "prp_draw": N_("PRP: blood draw"),
    "prp_process": N_("PRP: processing"), "prp_administer": N_("PRP: application"),
    "chemical_peel_superficial": N_("Superficial peel"), "consultation": N_("Consultation"),
    "discovery_call": N_("Discovery call"), "prp": N_("Platelet-rich plasma"),
    "chemical_peel_medium": N_("Medium peel"), "chemical_peel_deep": N_("Deep peel"),
    "true": N_("Yes"), "false": N_("No"), "none": N_("None"),
    "licence": N_("Licence"), "certificate": N_("Certificate"), "registration": N_("Registration"),
    "available": N_("At work somewhere"), "general": N_("In general"), "on_site": N_("At the location"),
    "direct": N_("Beside the patient"), "delegation": N_("By order"),
    "insurance": N_("Insurance"), "training": N_("Training"), "active": N_("In force"), "revoked": N_("Revoked"),
    "suspended": N_("Suspended"), "new": N_("New patients"), "returning": N_("Returning patients"),
    "allow": N_("allowed"), "review": N_("to be reviewed"), "prohibit": N_("not allowed"),
    "MD": N_("Physician (MD, DO)"), "NP": N_("Nurse practitioner"), "PA": N_("Physician assistant"),
    "RN": N_("Registered nurse"), "LPN": N_("Licensed practical nurse"), "MA": N_("Medical assistant"),
    "PHLEB": N_("Phlebotomist"), "PT": N_("Physical therapist"), "PTA": N_("Physical therapist assistant"),
    "OT": N_("Occupational therapist"), "ATC": N_("Athletic trainer"), "DC": N_("Chiropractor"),
    "LAC": N_("Acupuncturist"), "MEST": N_("Master aesthetician"), "EST": N_("Aesthetician"),
}  # fmt: skip

# What a form begins with, in order; what no section names comes last, under "More".
SECTIONS = {
    "Offering": (
        (N_("What it is"), ("name", "summary", "kind", "category", "procedures", "modality", "locations")),
        (N_("What a visit is made of"), ("segments",)),
        (N_("Prices and terms"), ("prices", "tax_purpose", "deposit", "cancellation")),
        (N_("What can be added"), ("add_ons", "max_add_ons")),
    ),
    "Location": (
        (N_("The place"), ("name", "legal_entity", "address", "phone", "time_zone", "jurisdiction")),
        (N_("When it is open"), ("opening_hours", "observes_holidays", "closures")),
        (N_("What is there"), ("rooms", "devices")),
    ),
    "Person": (
        (N_("Who it is"), ("given_name", "family_name", "titles", "professions", "email", "bio")),
        (N_("What they do"), ("roles", "is_practitioner", "tier", "max_concurrent_patients", "may_perform")),
        (N_("When they work"), ("hours",)),
    ),
    "Clinic": (
        (N_("Who you are"), ("name", "tagline", "phone", "email", "accent", "languages")),
        (N_("Companies"), ("legal_entities",)),
        (N_("What patients read"), ("disclaimer", "booking_terms")),
    ),
}  # fmt: skip

# Of an item of a list, what is asked at once; the rest is folded below it.
FIRST = {
    "Segment": ("kind", "name", "minutes", "room"), "AddOn": ("offering", "mode", "with", "before"),
    "Price": ("amount", "location", "practitioner", "tier"), "Room": ("name", "kind"),
    "Device": ("name", "kind", "model", "serial"), "LegalEntity": ("name", "currency"),
    "WorkingHours": ("location", "weekdays", "starts", "ends"),
}  # fmt: skip


def is_named(model: str, key: str) -> bool:
    """Whether somebody said what *key* of *model* is called."""
    return f"{model}.{key}" in LABELS or key in LABELS


def found(key: str) -> str | None:
    """Return what *key* is called wherever it stands, to be translated; None where nobody said."""
    plain = LABELS.get(key) or VALUES.get(key)
    return plain or next((said for name, said in LABELS.items() if name.rpartition(".")[2] == key), None)


def label(model: str, key: str) -> str:
    """Return what *key* of *model* is called, to be translated."""
    return LABELS.get(f"{model}.{key}") or LABELS.get(key) or key.replace("_", " ").capitalize()


def help_for(model: str, key: str) -> str:
    """Return what helps to answer *key* of *model*, to be translated; empty where nothing needs to."""
    return HELP.get(f"{model}.{key}") or HELP.get(key, "")

"""What belongs to the medicines of the clinical sentences of ours, and sentences about people."""

from __future__ import annotations

# what belongs to the medicines of SENTENCES, by type
BELONGING = {
    "metformin": {"DOSAGE": "500 mg", "FREQUENCY": "twice daily"},
    "lisinopril": {"DOSAGE": "10 mg", "FREQUENCY": "daily"},
    "ceftriaxone": {"DOSAGE": "1 g", "ROUTE_OR_MODE": "intravenously"},
    "Warfarin": {"DOSAGE": "5 mg", "ROUTE_OR_MODE": "po", "FREQUENCY": "qd"},
    "Eliquis": {"DOSAGE": "5 mg", "FREQUENCY": "bid"},
    "sumatriptan": {"DOSAGE": "50 mg", "FREQUENCY": "as needed"},
    "prednisone": {"DOSAGE": "40 mg", "FREQUENCY": "daily", "DURATION": "for 5 days"},
    "Tylenol": {"DOSAGE": "two tablets", "FREQUENCY": "every six hours"},
    "insulin glargine": {"DOSAGE": "20 units", "FREQUENCY": "at bedtime"},
    "insulin lispro": {"FREQUENCY": "with meals"},
    "valacyclovir": {"DOSAGE": "1 g", "FREQUENCY": "tid"},
    "levothyroxine": {"DOSAGE": "75 mcg", "FREQUENCY": "daily"},
    "nitrofurantoin": {"DOSAGE": "100 mg", "FREQUENCY": "bid", "DURATION": "for 7 days"},
    "omeprazole": {"DOSAGE": "20 mg", "FREQUENCY": "before breakfast"},
    "levetiracetam": {"DOSAGE": "500 mg", "FREQUENCY": "bid"},
    "Zoloft": {"DOSAGE": "50 mg", "FREQUENCY": "each morning"},
    "hydrochlorothiazide": {"DOSAGE": "25 mg"},
    "Albuterol": {"DOSAGE": "2 puffs", "ROUTE_OR_MODE": "inhaled", "FREQUENCY": "every 4 hours prn"},
    "Amoxicillin": {
        "STRENGTH": "250 mg/5 mL", "FORM": "suspension", "DOSAGE": "5 mL", "ROUTE_OR_MODE": "by mouth",
        "FREQUENCY": "three times a day", "DURATION": "for 10 days",
    },
}  # fmt: skip
# who the sentences are about: `[TYPE:…]`
PEOPLE = """
[NAME:Jane Doe], a [AGE:54]-year-old [PROFESSION:teacher], was seen on [DATE:3 May 2021].
MRN: [ID:00482913]. Date of birth [DATE:04/12/1962].
Mr. [NAME:Robert Miller] lives at [ADDRESS:12 Oak Street], [ADDRESS:Springfield].
Please call the daughter, [NAME:Susan Clark], at [PHONE_OR_FAX:212-555-0173].
Metformin and Lipitor were continued; Coumadin was stopped.
Her social security number is [ID:536-22-1234].
Reports go to [EMAIL:ward7@clinic.example.org].
Dr. [NAME:Patel] reviewed the MRI with Dr. [NAME:Nguyen].
The patient, aged [AGE:71], was transferred from [ADDRESS:Boston].
He takes aspirin daily and was last seen three weeks ago.
[NAME:Maria Lopez] was admitted on [DATE:January 14, 2023] with pneumonia.
Parkinson's disease and Crohn's disease were discussed.
[AGE:8] month old boy, brought in by [NAME:Anna Schmidt].
Results are at [URL:https://portal.example.org/r/77].
No fever, no cough, lungs clear on both sides.
""".strip().splitlines()

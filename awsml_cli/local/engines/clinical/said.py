"""What clinicians and patients say, in the words of ICD-10-CM's tabular list."""

from __future__ import annotations

from typing import Final

WRITTEN: Final = {
    "ADHD": "attention deficit hyperactivity disorder", "AF": "atrial fibrillation", "afib": "atrial fibrillation",
    "AFib": "atrial fibrillation", "AKI": "acute kidney failure", "ARDS": "acute respiratory distress syndrome",
    "BPH": "benign prostatic hyperplasia", "CAD": "atherosclerotic heart disease",
    "CHF": "congestive heart failure", "CKD": "chronic kidney disease",
    "COPD": "chronic obstructive pulmonary disease", "DM": "diabetes", "DVT": "deep vein thrombosis",
    "ESRD": "end stage renal disease", "GERD": "gastroesophageal reflux disease", "HTN": "hypertension",
    "HLD": "hyperlipidemia", "IBS": "irritable bowel syndrome", "MI": "myocardial infarction",
    "OSA": "obstructive sleep apnea", "PE": "pulmonary embolism", "PTSD": "posttraumatic stress disorder",
    "HIV": "human immunodeficiency virus disease", "SLE": "systemic lupus erythematosus", "LBP": "low back pain",
    "RA": "rheumatoid arthritis", "SOB": "shortness of breath", "T1DM": "type 1 diabetes",
    "T2DM": "type 2 diabetes", "TIA": "transient cerebral ischemic attack", "UTI": "urinary tract infection",
    "URI": "acute upper respiratory infection",
}  # fmt: skip
"""Abbreviations as they are written; one that is a word, too, in capitals alone."""

MEANT: Final = {
    "heart attack": "myocardial infarction", "high cholesterol": "hypercholesterolemia",
    "kidney stone": "calculus kidney", "gallstone": "cholelithiasis", "low blood pressure": "hypotension",
    "low blood sugar": "hypoglycemia", "high blood sugar": "hyperglycemia", "cancer": "malignant neoplasm",
    "carcinoma": "malignant neoplasm", "flu": "influenza", "itching": "pruritus", "itch": "pruritus",
    "hive": "urticaria", "shingle": "zoster", "muscle pain": "myalgia", "type ii": "type 2", "type i": "type 1",
    "stomach ache": "abdominal pain", "tired": "fatigue", "tiredness": "fatigue", "dyspnoea": "dyspnea",
    "seizure disorder": "epilepsy", "coronary artery disease": "atherosclerotic heart disease",
    "acid reflux": "esophageal reflux", "renal failure": "kidney failure", "renal stone": "calculus kidney",
    "diabetic": "diabetes", "acute kidney injury": "acute kidney failure",
    "pulmonary embolus": "pulmonary embolism", "throat infection": "pharyngitis",
    "hepatitis c": "viral hepatitis c", "hepatitis b": "viral hepatitis b", "weight loss": "abnormal weight loss",
    "diverticulitis": "diverticulitis intestine", "lupus": "systemic lupus erythematosus",
    "strep throat": "streptococcal pharyngitis", "runny nose": "nasal congestion", "ear infection": "otitis media",
    "bedsore": "pressure ulcer",
}  # fmt: skip
"""Everyday words, as they are compared, and the list's."""

"""Sentences of ours with what a reader would mark in them; they were written before the engines saw them.

A mark is `[KIND:text]`, and `[-KIND:text]` what the sentence says is not there.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

# what is private, by Comprehend's types
LETTERS: Final = """
My name is [NAME:Jane Doe] and I was born on [DATE_TIME:3 March 1980].
Call me at [PHONE:212-555-0173] after work.
Write to [EMAIL:jane.doe@example.com] or [EMAIL:jd+shop@mail.example.org], please.
The card [CREDIT_DEBIT_NUMBER:4111 1111 1111 1111] was refused.
Her social security number is [SSN:536-22-1234].
Send it to [ADDRESS:12 Oak Street], [ADDRESS:Springfield].
The request came from [IP_ADDRESS:203.0.113.7] at night.
See [URL:https://example.com/account?id=7] for more.
Please pay to [INTERNATIONAL_BANK_ACCOUNT_NUMBER:GB82WEST12345698765432] by Friday.
[NAME:Robert Miller] talked to [NAME:Susan Clark] about the weather.
The device [MAC_ADDRESS:00:1B:44:11:3A:B7] is offline.
The key [AWS_ACCESS_KEY:AKIAIOSFODNN7EXAMPLE] must be rotated.
The parcel is too large and the shop does not answer.
I paid with [CREDIT_DEBIT_NUMBER:5555555555554444], not in cash.
We met [NAME:Tom Baker] in [ADDRESS:Chicago].
My phone is [PHONE:(415) 555-2671].
The old kettle makes a strange noise when it boils.
Ask [NAME:Maria Lopez], her mail is [EMAIL:maria@lopez.example].
She lives at [ADDRESS:221 Baker Street] with a cat.
Both order numbers, 10293 and 10294, are wrong.
""".strip().splitlines()
# people, places, organizations, dates and sums, as spaCy's model calls them
NAMED: Final = """
[PERSON:Angela Merkel] flew from [GPE:Berlin] to [GPE:Tokyo] in [DATE:May 2018].
[ORG:Siemens] paid [MONEY:$1,200] to a lawyer in [GPE:Boston].
[PERSON:John Coltrane] was born in [GPE:North Carolina] in [DATE:1926].
The kettle makes a strange noise when it boils.
[GPE:France] and [GPE:Italy] signed the treaty on [DATE:3 March 1951].
She works for [ORG:Microsoft] in [GPE:Seattle].
[PERSON:Marie Curie] won the prize in [DATE:1911].
The repair cost [MONEY:$45] and took far too long.
[ORG:Google] opened an office in [GPE:Dublin] in [DATE:2004].
[PERSON:Tom Baker] met [PERSON:Susan Clark] in [GPE:Chicago].
""".strip().splitlines()
# how a text feels, where nobody would doubt it
FELT: Final = {
    "What a wonderful day, I love it.": "positive",
    "The food was delicious and the staff were friendly.": "positive",
    "Great work, I am very happy with the result.": "positive",
    "The best film that I have seen this year.": "positive",
    "This is the worst phone that I ever bought.": "negative",
    "I hate waiting, and the service was terrible.": "negative",
    "A boring, awful book.": "negative",
    "The room was dirty and the bed was horrible.": "negative",
    "The train leaves at nine from platform two.": "neutral",
    "The parcel weighs four kilograms.": "neutral",
    "Water boils at a hundred degrees.": "neutral",
    "The office is on the third floor.": "neutral",
}
# whether a sentence has rude words
RUDE: Final = {
    "You are a stupid idiot and everybody knows it.": True,
    "Shut up, you moron.": True,
    "Get lost, you pathetic loser.": True,
    "Go to hell, you filthy liar.": True,
    "This is bullshit.": True,
    "You are all wonderful, thank you so much.": False,
    "Could you please send me the report by Friday?": False,
    "The soup was delicious, may I have the recipe?": False,
    "The process was killed because the memory was full.": False,
    "The doctor looked at the wound and found nothing.": False,
}
# clinical ones. DRUG is a medicine by a generic name, BRAND by a brand; else the category of ICD-10-CM of a condition
CLINICAL: Final = """
The patient was started on [DRUG:metformin] 500 mg twice daily for [E11:type 2 diabetes].
She takes [DRUG:lisinopril] 10 mg daily against [I10:high blood pressure] and denies [-R05:cough].
[BRAND:Lipitor] was stopped because of [M79:muscle pain].
He presented with [R07:chest pain] and [R06:shortness of breath], but no [-R50:fever].
Past medical history is significant for [J44:COPD], [I50:congestive heart failure] and [I48:atrial fibrillation].
She was given 1 g of [DRUG:ceftriaxone] intravenously for [J18:pneumonia].
There is no evidence of [-I26:pulmonary embolism] or [-I82:deep vein thrombosis].
[DRUG:Warfarin] 5 mg po qd was replaced by [BRAND:Eliquis] 5 mg bid.
A 67-year-old man with [N18:chronic kidney disease], [D64:anemia] and [M10:gout] on [DRUG:allopurinol].
Her creatinine was 1.2, potassium 4.1 and hemoglobin 13.5.
The wound is clean and dry, and the sutures were removed without difficulty.
He has had [G43:migraines] since childhood, for which he uses [DRUG:sumatriptan] 50 mg as needed.
The child was brought in with [R11:vomiting], [R19:diarrhea] and signs of [E86:dehydration].
She reports [R53:fatigue], [R63:weight loss] and [R61:night sweats] over three months.
No [-R11:nausea], [-R11:vomiting] or [-R10:abdominal pain].
He was treated with [DRUG:prednisone] 40 mg daily for 5 days after an exacerbation of [J45:asthma].
Take two tablets of [BRAND:Tylenol] every six hours if the [R52:pain] comes back.
Allergic to [DRUG:penicillin] and [DRUG:sulfamethoxazole].
Her mother had [C50:breast cancer] and her father died of a [I21:heart attack].
MRI showed a [S83:torn meniscus] of the right knee.
Blood pressure today is 128 over 76 and the pulse is regular.
He continues [DRUG:insulin glargine] 20 units at bedtime and [DRUG:insulin lispro] with meals.
The [R21:rash] was diagnosed as [B02:shingles] and [DRUG:valacyclovir] 1 g tid was started.
She has [E03:hypothyroidism], stable on [DRUG:levothyroxine] 75 mcg daily.
[M17:Osteoarthritis of the right knee] limits her walking; [DRUG:ibuprofen] helps.
He denies [-F32:depression], [-F41:anxiety] and [-G47:insomnia].
An [N39:urinary tract infection] was treated with [DRUG:nitrofurantoin] 100 mg bid for 7 days.
We discussed diet, exercise and the need to stop smoking.
[K21:Acid reflux] improved on [DRUG:omeprazole] 20 mg before breakfast.
The CT scan ruled out [-K35:acute appendicitis].
She slipped on the ice and broke her wrist, which was put in a cast.
Known [G40:epilepsy], last [R56:seizure] two years ago, on [DRUG:levetiracetam] 500 mg bid.
He was admitted with [A41:sepsis] due to [L03:cellulitis of the left lower limb].
[BRAND:Zoloft] 50 mg each morning was begun for [F32:depression].
The patient is an engineer who lives with his wife and two dogs.
[R42:Dizziness] on standing; [DRUG:hydrochlorothiazide] 25 mg was held.
[DRUG:Albuterol] 2 puffs inhaled every 4 hours prn for [R06:wheezing].
She underwent removal of the gallbladder for [K80:gallstones] in 2019.
Vaccinated against [-J11:influenza] in October; follow up in six weeks.
[C61:Prostate cancer] was found in 2015, and there are no signs of [-C79:bone metastases].
He drinks a glass of wine a week and does not smoke.
[DRUG:Amoxicillin] 250 mg/5 mL suspension, 5 mL by mouth three times a day for 10 days, for [H66:otitis media].
""".strip().splitlines()
_MARK: Final = re.compile(r"\[(-?)([A-Z0-9_]+):(.+?)\](?=[\s,.;]|$)")


class Marked(NamedTuple):
    """What is marked: its kind, from where to where, and whether it is not there."""

    kind: str
    begin: int
    end: int
    negated: bool


def read(sentence: str) -> tuple[str, list[Marked]]:
    """SENTENCE without its marks, and what they mark."""
    text, marks, last = "", [], 0
    for match in _MARK.finditer(sentence):
        text += sentence[last : match.start()]
        marks.append(Marked(match[2], len(text), len(text) + len(match[3]), bool(match[1])))
        text += match[3]
        last = match.end()
    return text + sentence[last:], marks

"""Three small sheets of bare facts, far from machine learning: a guard against vocabulary learnt by heart."""

from evals.facts.cases import OutsideCase

_CLINIC = (
    "Take one tablet of the medicine each morning with food.",
    "The most common side effect is a mild headache during the first week.",
    "The tablets must be stored below 25 degrees, away from light.",
    "Children under twelve must not take the medicine.",
    "If a dose is forgotten, it should be skipped rather than doubled.",
    "The medicine was approved by the agency in 2014.",
)
_SHOP = (
    "Orders placed before 3 pm are dispatched on the same day.",
    "Unworn shoes can be returned within 30 days of delivery.",
    "Shipping is free for orders over 60 euros.",
    "The support desk answers calls from Monday to Friday, 9 am to 6 pm.",
    "Gift cards stay valid for two years.",
    "Payment is possible by credit card, bank transfer or invoice.",
)
_TOWER = (
    "The lighthouse on Cape Merrow was built in 1871 by the engineer Thomas Hale.",
    "Its lamp stands 54 metres above the sea.",
    "The light can be seen from 35 kilometres away.",
    "The last keeper, Agnes Boyd, left in 1986, when the lamp was automated.",
    "About 12,000 visitors climb the tower every year.",
    "The tower is painted in red and white stripes.",
)
_ASKED: tuple[tuple[str, tuple[str, ...], str, int | None], ...] = (
    ("clinic", _CLINIC, "When during the day do I take the tablet?", 0),
    ("clinic", _CLINIC, "What side effects are usual?", 1),
    ("clinic", _CLINIC, "How should the tablets be stored?", 2),
    ("clinic", _CLINIC, "Can my eight year old child take this medicine?", 3),
    ("clinic", _CLINIC, "What do I do about a forgotten dose?", 4),
    ("clinic", _CLINIC, "How much does a pack cost at the pharmacy?", None),
    ("clinic", _CLINIC, "Which company manufactures it?", None),
    ("shop", _SHOP, "How many days do I have to return shoes?", 1),
    ("shop", _SHOP, "From what order value is shipping free?", 2),
    ("shop", _SHOP, "When can I call the support desk?", 3),
    ("shop", _SHOP, "Which ways of payment are accepted?", 5),
    ("shop", _SHOP, "How long is a gift card valid?", 4),
    ("shop", _SHOP, "Do you have a store in Lisbon?", None),
    ("shop", _SHOP, "Are the soles made from recycled rubber?", None),
    ("tower", _TOWER, "In which year was the lighthouse built?", 0),
    ("tower", _TOWER, "How far away is the light visible?", 2),
    ("tower", _TOWER, "Who was the last keeper?", 3),
    ("tower", _TOWER, "How many people visit the tower per year?", 4),
    ("tower", _TOWER, "What colours is the tower painted?", 5),
    ("tower", _TOWER, "How many ships were wrecked on the cape?", None),
    ("tower", _TOWER, "What did the restoration of the chapel cost?", None),
)


def outside_cases() -> tuple[OutsideCase, ...]:
    """Every question about its sheet of bare facts, in the outside format."""
    return tuple(
        OutsideCase(id=number, facts=facts, question=question, gold=() if gold is None else (gold,), sheet_id=name)
        for number, (name, facts, question, gold) in enumerate(_ASKED)
    )

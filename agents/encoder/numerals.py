"""Gives every quantity in a text one spelling: "4 million", "4M" and "4,000,000" all become 4000000."""

import re
from decimal import Decimal

_UNIT_WORDS = "one two three four five six seven eight nine"
_TEEN_WORDS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TEN_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"

_UNITS = {word: value for value, word in enumerate(_UNIT_WORDS.split(), 1)}
_TEENS = {word: value for value, word in enumerate(_TEEN_WORDS.split(), 10)}
_TENS = {word: 10 * value for value, word in enumerate(_TEN_WORDS.split(), 2)}
_SPELLED = {"zero": 0} | _UNITS | _TEENS | _TENS

_LETTERS = {"k": 10**3, "mm": 10**6, "mn": 10**6, "m": 10**6, "bn": 10**9, "b": 10**9, "tn": 10**12, "t": 10**12}
_NAMES = {
    "hundred": 10**2,
    "thousand": 10**3,
    "lakh": 10**5,
    "million": 10**6,
    "mil": 10**6,
    "crore": 10**7,
    "billion": 10**9,
    "trillion": 10**12,
}
_SCALES = _NAMES | _LETTERS
_LONGEST = 40

_LETTER = rf"(?i:{'|'.join(_LETTERS)})(?![^\W_])"
_SPACED_LETTER = r"\s[KMBT](?![^\W_])"
_NAME = rf"(?i:{'|'.join(_NAMES)})s?\b"
_PERCENT = r"(?:%|(?i:percent|per\s?cent|pct)\b)"

_COMPOUND = re.compile(rf"\b({'|'.join(_TENS)})[\s-]({'|'.join(_UNITS)})\b", re.IGNORECASE)
_WORD = re.compile(rf"\b({'|'.join(word for word in _SPELLED if word != 'one')})\b", re.IGNORECASE)
_HALF = re.compile(rf"\bhalf\s+an?\s+(?={_NAME})", re.IGNORECASE)
_ARTICLE = re.compile(rf"\b(?:an?|one)\s+(?={_NAME}|{_PERCENT})", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?<![\w.])"
    r"(?P<digits>(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+)"
    r"(?P<exponent>[eE][+-]?[0-9]{1,2}(?![^\W_]))?"
    rf"\+?(?P<scales>(?:{_LETTER}|{_SPACED_LETTER}|[\s-]?{_NAME}){{0,3}})"
    rf"(?:\s?(?P<percent>{_PERCENT}))?"
)
_SCALE = re.compile("|".join(_SCALES), re.IGNORECASE)


def canonical(text: str) -> str:
    """Rewrite each quantity as plain digits, with % if it is a percentage, set off by spaces from any unit.

    A letter is read as a scale ("5m" is five million), and "one" alone stays a word, since it is seldom a number.
    """
    text = _COMPOUND.sub(lambda match: str(_SPELLED[match[1].lower()] + _SPELLED[match[2].lower()]), text)
    text = _ARTICLE.sub("1 ", _HALF.sub("0.5 ", text))
    text = _WORD.sub(lambda match: str(_SPELLED[match[1].lower()]), text)
    return _NUMBER.sub(_plain, text)


def _plain(match: re.Match[str]) -> str:
    if len(match[0]) > _LONGEST:
        return match[0]
    value = Decimal(match["digits"].replace(",", "") + (match["exponent"] or ""))
    for scale in _SCALE.findall(match["scales"]):
        value *= _SCALES[scale.lower()]
    digits = f"{value:f}"
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return f" {digits}{'%' if match['percent'] else ''} "

"""Finds what a question asks about that a sentence puts otherwise: another month, relative, extreme, unit or device."""

import re
from collections.abc import Mapping
from functools import lru_cache

from agents.encoder import normalise

_SETS = """
    january jan|february feb|march|april apr|june jun|july jul|august aug|september sept sep|october oct|november nov|
        december dec
    spring|summer|autumn|winter
    monday|tuesday|wednesday|thursday|friday|saturday|sunday
    weekday weekdays|weekend weekends
    morning|afternoon|evening|night overnight nightly
    second seconds qps rps|minute minutes|hour hours hourly|day days daily dau|week weeks weekly|month months monthly mau|
        quarter quarterly|year years yearly annual annually
    father dad|mother mum mom|brother brothers|sister sisters|son sons|daughter daughters|wife husband spouse partner|uncle|
        aunt|grandfather grandmother
    average mean typical typically median usual normal|peak maximum max most highest worst busiest largest longest upper|
        minimum min least lowest fewest smallest shortest
    p50 median|p90|p95|p99
    upload uploads uploaded|download downloads downloaded
    inbound incoming received receive|outbound outgoing sent send
    new newly first recent|existing established returning old older
    online|offline
    train training|serve serving inference
    buyer buyers customer customers|seller sellers merchant merchants
    rider riders passenger passengers|driver drivers courier couriers
    ios iphone|android
    mobile phone phones|desktop web website|tablet tv
    image images photo photos picture pictures|video videos clip clips|text texts|audio voice
    precision|recall|auc auroc|accuracy
    male men man boys|female women woman girls
    child children kids|adult adults
    food foods|drug drugs medicine medicines
    internal inhouse|external third
    free|paid paying
    hire hires join joins joined sign signed subscribe subscribed|leave leaves left quit cancel cancels cancelled churn drop
    gpu gpus accelerator accelerators|cpu cpus core cores|memory ram|disk storage
    past previous previously ago last former earlier|current currently now today present|future next planned upcoming
    english|spanish|french|german|japanese|chinese|portuguese|hindi|arabic
    india|brazil|germany|france|japan|china|europe eu|america usa|canada|mexico|uk|africa|asia
    north northern|south southern|east eastern|west western
    store shop stores shops|warehouse warehouses
    read reads|write writes
    click clicks|view views impression impressions|purchase purchases order orders
"""

Sides = frozenset[tuple[int, int]]


def _members() -> Mapping[str, Sides]:
    """Each word with the sides that it stands for, as (contrast, side); words with a common other sense are left out."""
    found: dict[str, set[tuple[int, int]]] = {}
    for number, line in enumerate(_SETS.replace("|\n", "|").strip().splitlines()):
        for place, side in enumerate(line.split("|")):
            for word in side.split():
                found.setdefault(word, set()).add((number, place))
    return {word: frozenset(own) for word, own in found.items()}


_MEMBERS = _members()


@lru_cache(maxsize=20_000)
def sides(text: str) -> Sides:
    """Which side of which contrast a text names."""
    plain = re.findall(r"[a-z0-9]+", normalise(text).lower())
    return frozenset(side for word in plain for side in _MEMBERS.get(word, ()))


def opposed(asked: Sides, said: Sides) -> int:
    """Contrasts of which both take a side and never the same one."""
    shared = {number for number, _ in asked} & {number for number, _ in said}
    return sum(not any(side in said for side in asked if side[0] == number) for number in shared)


def agreed(asked: Sides, said: Sides) -> int:
    """Contrasts on which both name one side."""
    return len({number for number, _ in asked & said})


def unsaid(asked: Sides, said: Sides) -> int:
    """Contrasts of which only the question takes a side."""
    return len({number for number, _ in asked} - {number for number, _ in said})

"""What a person's notes are understood to say, on notes written for these tests."""

import time

import pytest

from agents.encoder import SentenceEncoder, packaged_encoder
from agents.intake import describe_profile, understand

FIREARMS, TRENDS, NETWORKS = "firearms-marketplace", "harmful-trends-video", "coordinated-networks"


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return packaged_encoder()


@pytest.mark.parametrize(
    ("notes", "excluded"),
    [
        ("Done:\n- spotting guns among listings\n- fraud at a card company\n", {FIREARMS, "payments-fraud"}),
        ("Not done: notifications, ETA for meals.\nDone: ad clicks.", {"ad-click-prediction"}),
        ("I have worked through gun listings, harmful viral trends and rings of fake accounts.", {FIREARMS, TRENDS, NETWORKS}),
        ("I've never tried video search. I finished content moderation on Monday.", {"content-moderation"}),
        ("My recruiter mentioned ads click prediction as an example; I have not done it.", set()),
        ("I would love the help desk assistant.", set()),
        ("Please skip demand forecasting, I've done it twice.", {"demand-forecasting"}),
        ("Off limits: matching riders with drivers; recommending vacancies.", {"ride-matching", "job-recommendations"}),
        ("We already did serch ranking for youtube.", {"youtube-search"}),
        ("I want to explore trade-offs. My day job is in support.", set()),
    ],
)
def test_worked_problems_are_told_from_those_merely_named(notes: str, excluded: set[str], encoder: SentenceEncoder) -> None:
    assert set(understand(notes, encoder).excluded) == excluded


@pytest.mark.parametrize(
    ("notes", "avoided"),
    [
        ("Please nothing that relies on anomaly detection.", True),
        ("Outliers: rather not.", True),
        ("I am fine with anomaly detection, it is a fair topic.", False),
        ("My data step: clean the rows, remove outliers from prices, split by time.", False),
        ("No preference on techniques.", False),
    ],
)
def test_a_technique_is_avoided_when_it_is_unwanted_and_not_when_it_is_named(
    notes: str, avoided: bool, encoder: SentenceEncoder
) -> None:
    assert ("outlier-detection" in understand(notes, encoder).avoid) == avoided


@pytest.mark.parametrize(
    "notes",
    [
        "They assess problem navigation, data, feature engineering, modelling and metrics.",
        "1. Problem navigation\n2. Data\n3. Feature engineering\n4. Modeling\n5. Metrics\n",
        "# Problem navigation\nusers\n\n# Data\nlabels\n\n# Features\n\n# Modelling\nbaseline\n\n# Metrics: online, offline\n",
    ],
)
def test_the_recruiters_five_areas_are_found_in_any_layout(notes: str, encoder: SentenceEncoder) -> None:
    assert [plan.area for plan in understand(notes, encoder).areas] == ["navigation", "data", "features", "modelling", "metrics"]


def test_talk_about_data_and_metrics_is_no_structure(encoder: SentenceEncoder) -> None:
    assert understand("I tend to forget the data and the metrics when I talk about features.", encoder).areas == ()


def test_points_below_an_area_stay_with_it(encoder: SentenceEncoder) -> None:
    profile = understand("- Problem navigation\n    - latency\n    - users\n- Data\n    - labels\n- Metrics\n", encoder)
    assert {plan.area: plan.points for plan in profile.areas} == {
        "navigation": ("latency", "users"),
        "data": ("labels",),
        "metrics": (),
    }


def test_wishes_and_level_are_read(encoder: SentenceEncoder) -> None:
    profile = understand("I'm going for IC7. Keep your replies brief. Problems outside Meta are fine.", encoder)
    assert (profile.level, profile.short_turns, profile.outside_company_welcome) == ("IC7", True, True)


def test_a_person_reads_titles_and_no_ids(encoder: SentenceEncoder) -> None:
    lines = describe_profile(understand("Already done: gun listings.", encoder))
    assert "Already worked, left out: Firearms detection on a consumer marketplace." in lines


def test_notes_that_say_nothing_give_an_empty_profile(encoder: SentenceEncoder) -> None:
    profile = understand("The weather was nice and the train was late.", encoder)
    assert (profile.excluded, profile.avoid, profile.areas, profile.level) == ((), (), (), None)


@pytest.mark.parametrize(
    "text", ["", "\n\n", ":", "-\n-\n", ";;; = : ->", "((((", "\u2028\u0000" * 9, "a" * 100_000, "- " * 50_000]
)
def test_hostile_notes_are_read_without_an_error(text: str, encoder: SentenceEncoder) -> None:
    assert understand(text, encoder).excluded == ()


def test_a_megabyte_of_notes_is_understood_in_seconds(encoder: SentenceEncoder) -> None:
    text = "I did content moderation, not fraud, and never the ETA one; remove outliers.\n" * 13_000
    started = time.perf_counter()
    assert "content-moderation" in understand(text, encoder).excluded
    assert time.perf_counter() - started < 10

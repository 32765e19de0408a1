"""The interpretable features of a segment: named cues, and words and word pairs from a vocabulary fixed by the fit."""

import hashlib
import re
from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from agents.router.phrases import ASKING, AUX, DEGREE, FILLERS, OWN_VOICE, WH, plain, without_fillers
from agents.router.setting import NOWHERE, SETTING_FEATURES, Setting, setting_features

_DESIGN = (
    r"(?:model|approach|architecture|design|loss|metric|metrics|features?|embedding|embeddings|tower|"
    r"transformer|network|gnn|trees?|"
    r"boosting|regression|classification|classifier|bandit|sampling|negatives?|threshold|retrain\w*|pipeline|baseline|ensemble|"
    r"re-?ranker|ranking|retrieval|cascade|fine[- ]?tun\w*|pre-?trained|evaluation|hyperparameters?|supervised|"
    r"objective|cold start|imbalance)"
)
_TECHNIQUE = (
    r"(?:two[- ]?(?:tower|stage)s?|dual encoder|cross[- ]?encoder|xg ?boost|light ?gbm|gbdt|gbm|random forests?|"
    r"logistic|linear model|svm|knn|ann|"
    r"bm25|tf-?idf|bert|clip|resnet|vit|cnns?|rnns?|lstms?|gru|llms?|gpt|mlp|dnn|dlrm|mmoe|multi-?task|"
    r"multi-?label|multi-?class|node2vec|"
    r"word2vec|embeddings?|attention|autoencoders?|matrix factori[sz]ation|collaborative filtering|"
    r"content-based|contrastive|triplet|focal|"
    r"cross[- ]entropy|hinge|mse|mae|wape|rmse|auc|roc|f1|ndcg|mrr|map|recall@\w+|precision|recall|log ?loss|calibration|dropout|"
    r"regulari[sz]ation|downsampl\w*|oversampl\w*|smote|quanti[sz]ation|distillation|thompson|ucb|reinforcement|"
    r"rl|active learning|"
    r"weak supervision|semi-supervised|transfer learning|a/b tests?|interleaving|shadow|canary|faiss|hnsw|lsh|"
    r"clustering|k-?means|pca|"
    r"kalman|arima|prophet|survival|quantile|bayesian|causal|uplift|propensity|ips|federated|batch(?:ing)?|"
    r"streaming|caching|cache|feature store)"
)
_CHOOSE = (
    r"(?:use|choose|pick|go\s+(?:with|for)|prefer|recommend|suggest|add|model|handle|solve|design|frame|deal|"
    r"treat|train|build|evaluate|sample|select|begin|start|do)"
)

CUES: Mapping[str, re.Pattern[str]] = {
    name: re.compile(pattern)
    for name, pattern in {
        "question_mark": r"\?[\"')\]\s!.]*$",
        "question_mark_inside": r"\?.*\w",
        "opens_asking": rf"^{ASKING}",
        "asks_inside": rf"\w\s+{ASKING}",
        "opens_wh": rf"^{WH}\b",
        "opens_what_is": r"^what(?:'s|\s+(?:is|are|was|were))\b",
        "opens_how_degree": rf"^how\s+{DEGREE}\b",
        "opens_how_do": r"^how\s+(?:do|can|should|would|could|to|will)\b",
        "opens_what_should": r"^(?:what|which)\b.{0,40}\b(?:should|would|could|can)\b",
        "opens_aux": rf"^{AUX}\b",
        "opens_do_we_have": r"^(?:do|did|can|will|are|have|could)\s+we\b",
        "opens_is_there": r"^(?:is|are|were|was)\s+(?:there|these|those|any)\b",
        "opens_is_the": r"^(?:is|are|was|were|does|do)\s+(?:the|our|a|an|users?|people)\b",
        "opens_is_it": r"^(?:is|does|do|are)\s+(?:it|this|that|they|these)\b",
        "opens_can_you": r"^(?:please\s+)?(?:can|could|would|will|may)\s+(?:you|i)\b",
        "opens_should_i": r"^(?:should|shall|may|can|must|do|am)\s+i\b",
        "opens_would_you": r"^(?:would|do|are|did)\s+you\b",
        "opens_own_voice": rf"^{OWN_VOICE}",
        "opens_we_modal": r"^we\s+(?:can|could|would|should|will|need|have|might|must)\b",
        "opens_imperative": (
            r"^(?:please\s+)?(?:tell|give|show|explain|describe|list|share|walk|help|print|reveal|ignore|dump|repeat|"
            r"output|let\s+me\s+know)\b"
        ),
        "opens_noun_phrase": r"^(?:the|a|an|our|my|any|some|all|each|every)\b",
        "wants_to_know": (
            r"\b(?:like|love|want|need|wanna|helps?|interested|curious|wonder\w*|clarify|ask)\b.{0,25}\b(?:know|"
            r"understand|hear|learn|about|if|whether|how|what|which|in|see)\b"
        ),
        "share_number": (
            r"\b(?:number|size|volume|amount|rate|share|fraction|percentage|proportion|distribution|breakdown|average|"
            r"peak|budget|target|limit|figures?|numbers|stats)\b"
        ),
        "situation": (
            r"\b(?:today|current(?:ly)?|existing|already|at present|at the moment|in production|right now|per day|daily|"
            r"logged|recorded|available|in scope|allowed|legal|budget|existing)\b"
        ),
        "interviewer_view": (
            r"\b(?:you|your)\b.{0,20}\b(?:think|prefer|like|expect\w*|want|looking|agree|recommend|suggest|mind|opinion|"
            r"view|choose|pick|say|see|satisfied|hear|grade|approach|go)\b"
        ),
        "your": r"\b(?:you|your)\b",
        "approval": (
            r"\b(?:right|correct|reasonable|fine|ok|okay|good|best|better|appropriate|enough|sensible|fair|valid|"
            r"overkill|acceptable|wrong|sense|wise|sufficient|suitable)\b"
        ),
        "approval_tag": (
            r"(?:^|[\s,])(?:right|correct|ok|okay|agree|agreed|yes|no|fine|don't you|do you agree|sounds? (?:good|ok|"
            r"right)|makes? sense|thoughts|or not|isn't it)\s*\?*$"
        ),
        "choose": rf"\b(?:should|would|could|can|do|to|shall)\s+(?:i|we|you|one)?\s*{_CHOOSE}\b",
        "design_word": rf"\b{_DESIGN}\b",
        "technique": rf"\b{_TECHNIQUE}\b",
        "technique_approved": (
            rf"\b(?:{_TECHNIQUE}|{_DESIGN})\b.{{0,30}}\b(?:right|correct|good|fine|ok|okay|reasonable|best|better|enough|"
            rf"overkill|way to go|suitable|appropriate|make sense|work|needed|necessary|expected)\b"
        ),
        "own_plan": (
            r"\b(?:i'd|i would|i'll|i will|i'm going to|my (?:plan|approach|first|model|choice|idea|pick|design)|"
            r"i (?:use|train|choose|take|define|split|have|measure|add))\b"
        ),
        "assumes": r"\b(?:assum\w+|suppose|let's say|guess|i'd say|say)\b",
        "own_doubt": r"\b(?:stuck|lost|not sure|unsure|no idea|torn|missing|missed|overlook\w*|forg[eo]t\w*)\b",
        "help": (
            r"\b(?:hint|clue|help|nudge|tip|pointers?|suggestions?|advice|guidance|direction|track|feedback|trick|"
            r"concerns?)\b"
        ),
        "grading": (
            r"\b(?:rubric|grad(?:e|ed|ing)|scor(?:e|ed|ing) me|score|criteria|answer key|points|ic ?[4-7]|level|pass|"
            r"hire|candidates?|ideal|strong|staff|solution|reference|answer|keywords?|red flag|marks|rate my)\b"
        ),
        "injection": (
            r"\b(?:instructions?|prompt|system:|ignore|reveal|verbatim|debug|administrator|pretend|act as|role|dump|"
            r"fact ?sheet|hidden|facts|comply|rules)\b"
        ),
        "what_to_ask": (
            r"\b(?:questions?|topics?|facts|information)\b.{0,30}\b(?:ask\w*|have|you|tell|answer)\b|"
            r"\bask\w*\b.{0,20}\bquestions?\b"
        ),
        "everything": r"\b(?:everything|all (?:the )?(?:details|facts)|whole)\b",
        "time_left": (
            r"\b(?:time|minutes|clock|long|schedule)\b.{0,40}\b(?:left|remain\w*|have|got|check|over|up|is it|used?|out|"
            r"still|doing|go)\b|\b(?:remaining|running out|how much|hurry|time check)\b.{0,20}\b(?:time|longer|clock|"
            r"please|up)\b"
        ),
        "repeat": (
            r"\b(?:repeat|say (?:that|it|this)? ?again|say that|once more|one more time|come again|pardon|restate|"
            r"again)\b|\bwhat (?:was|did)\b.{0,25}\b(?:question|say|ask)"
        ),
        "missed": r"\b(?:sorry|didn't|couldn't|missed)\b.{0,15}\b(?:catch|hear|get|missed|what|say)\b",
        "thinking": (
            r"\b(?:think|thinking|moment|second|sec|minute|let me see|hold on|wait|bear with|gather|one moment|thoughts|"
            r"write|jot|hmm)\b"
        ),
        "takes_time": (
            r"\b(?:let me|give me|need|one|take|a|hold)\s+(?:think|a |on|second|sec|moment|minute|see|consider|thirty|"
            r"some)"
        ),
        "what_you_mean": (
            r"\b(?:you|that|it|this|term)\b.{0,15}\b(?:mean|meant|say|said|asking|asked)\b|\b(?:rephrase|"
            r"your (?:last )?question|follow(?:ing)?|put (?:that|it) differently|clarify)\b"
        ),
        "greets": r"^(?:hi|hello|hey|good (?:morning|afternoon|evening|day)|nice|thanks|thank you|pleasure|bye|welcome)\b",
        "about_process": (
            r"\b(?:draw|diagram|sketch|whiteboard|board|notes|pen|paper|calculator|screen|interview|format|phases?|"
            r"section|skip|move on|switch|go on|continue|deeper|pause|write code|back to|begin|record(?:ed|ing)|"
            r"detailed|order|first)\b"
        ),
        "shall_process": (
            r"\b(?:shall|should|may|can|could|let's|want me to|like me to|mind if|ok(?:ay)? if|fine (?:if|when)|"
            r"allowed to)\b"
        ),
        "ends": (
            r"\b(?:done|finish\w*|end|stop|conclud\w*|wrap|close|nothing (?:more|else|further)|that's (?:all|it|"
            r"everything)|that (?:is|would be|concludes|covers)|no (?:more|further)|all set|call it|rest my case|quit|"
            r"covered)\b"
        ),
        "ends_part": (
            r"\b(?:done|finish\w*|all|it|end|covers?)\b.{0,12}\b(?:for|with|to|of|describing)\s+(?!me\b|my (?:side|end|"
            r"design|answer)|everything|from)\w+"
        ),
        "next_part": r"\b(?:next|now|moving on|move on|then|comes|after that)\b",
        "acknowledges": (
            r"^(?:ok|okay|sure|yes|no|yep|right|great|good|perfect|alright|understood|thanks|i see|interesting|nice|"
            r"makes sense|sounds good|fair|noted|cool|hmm|oh|that)\b"
        ),
        "announces": r"\b(?:questions|clarifications?|clarifying|clarify(?:ing)?|requirements|scope)\b",
        "code": r"[{}=<>|]|\(\w+\)|->|```",
        "number": r"\d",
        "because": r"\b(?:because|since|so that|therefore|thus|as it)\b",
        "mentions_me": r"\b(?:i|me|my|i'm|am)\b",
        "we_own": r"\bwe\b",
        "not_latin": r"[^\x00-\u024f]",
        "plea": r"\b(?:hints?|clues?|nudge|pointers?|tips?|blank(?:ing)?|point me|push me|help me out)\b",
        "verdict": (
            r"\b(?:overkill|over the top|enough|smart(?:er)?|silly|wrong|worth|cheating|sensible|sound|sane|overdone|"
            r"fancy|exotic|"
            r"naive|too (?:much|simple|slow|complex|big|early)|so far|way to go|agree|trap|stupid|crazy|reasonable)\b"
        ),
        "custom": (
            r"\b(?:how (?:do|does|would|did) (?:people|companies|you|others|one|folks|everyone)|best practice|state of the art|"
            r"in (?:practice|industry|your (?:experience|opinion|view))|if (?:it|you) were|pitfalls|good answer|your feeling)\b"
        ),
        "meaning": (
            r"\b(?:referring to|in mind|get(?:ting)? at|what you'?re after|meaning|i (?:don't|do not|"
            r"didn't) (?:quite )?(?:follow|"
            r"understand|get)|sense|context|confused|which of (?:these|them|those)|as in|when you say|you mean|get you right|"
            r"misunderst\w+|another way|unpack|i'm not sure (?:i|what|whether|which))\b"
        ),
        "ends_particle": r"\b(?:(?:to|from|of|for|against|by|with|in|than) (?:what|whom?|which)|what)\W*(?:exactly|here)?\W*$",
        "either_or": r"\w+\s+or\s+\w+",
        "once_more": (
            r"\b(?:again|you (?:just )?(?:say|said|gave)|one more time|once more|remind me|cut out|broke up|froze|"
            r"last (?:bit|part))\b"
        ),
        "surroundings": (
            r"\b(?:dog|cat|door|noise|noisy|audio|headphones?|cough\w*|connection|truck|keyboard|kids?|outside|dark|distracted|"
            r"carried away|train of thought|curious|curiosity|i was writing|apologies|no worries|never mind)\b"
        ),
        "exclaims": r"^(?:oh|wow|ah|huh|hm|haha|mm+|mhm|uh-huh|mm-hmm|whoa|nice)\b",
        "thanks": r"\b(?:thanks?|thank you|appreciate)\b",
        "hands_over": (
            r"\b(?:back to you|over to you|(?:that )?(?:covers|concludes|wraps up)|so much for|end of|my case|"
            r"call it a day|said all)\b"
        ),
        "interview_itself": (
            r"\b(?:feedback|interview(?:er)?|round|coding|code|level|role|format|result|hear back|recorded|lead|drive|allowed|"
            r"breadth|look (?:at|up)|notes|screen|ask questions|check in|end to end first|section by section)\b"
        ),
        "asks_own": r"\b(?:do|would|should|can|could|will|am) i\b",
    }.items()
}
_MULTI_LEAD = re.compile(rf"^{FILLERS}\b")
_TOKEN = re.compile(r"[a-z']+|\?|\d+")
SHAPES = ("one_word", "two_to_four", "five_to_nine", "ten_to_twenty", "long", "opens_filler", "noun_only")


def digest() -> str:
    """Changes whenever a feature's meaning does, so that a model fitted on older meanings is noticed."""
    patterns = [f"{name}={pattern.pattern}" for name, pattern in CUES.items()]
    return hashlib.sha256("\n".join([*patterns, *SHAPES, *SETTING_FEATURES, FILLERS]).encode()).hexdigest()


def tokens(text: str) -> list[str]:
    """Words, numbers (as '0') and question marks of plain text, for the vocabulary."""
    return ["0" if token.isdigit() else token for token in _TOKEN.findall(text)]


def grams(text: str) -> set[str]:
    """Words, neighbouring pairs, and the opening ('^') and closing ('$') words of a segment."""
    words = tokens(without_fillers(plain(text)))
    if not words:
        return set()
    pairs = {f"{one} {two}" for one, two in pairwise(words)}
    return set(words) | pairs | {f"^ {words[0]}", f"{words[-1]} $", "^ " + " ".join(words[:2]), "^ " + " ".join(words[:3])}


def names() -> tuple[str, ...]:
    """Names of the features before the vocabulary, in the order of `vector`."""
    return (*CUES, *SHAPES, *SETTING_FEATURES)


def vector(text: str, vocabulary: Mapping[str, int], setting: Setting = NOWHERE) -> NDArray[np.float64]:
    """0/1 features of one segment: cues, shapes, setting, then vocabulary; float64 (len(names()) + len(vocabulary),)."""
    said = plain(text)
    core = without_fillers(said)
    cues = [1.0 if pattern.search(core) else 0.0 for pattern in CUES.values()]
    known = [*cues, *_shape(said, core), *setting_features(text, setting)]
    features = np.zeros(len(known) + len(vocabulary))
    features[: len(known)] = known
    for gram in grams(text):
        if gram in vocabulary:
            features[len(known) + vocabulary[gram]] = 1.0
    return features


def _shape(said: str, core: str) -> list[float]:
    n = len(core.split())
    sizes = [n <= 1, 2 <= n <= 4, 5 <= n <= 9, 10 <= n <= 20, n > 20]
    verbless = n <= 5 and not re.search(rf"\b(?:{AUX}|i'd|use|have|tell)\b", core)
    return [float(flag) for flag in (*sizes, bool(_MULTI_LEAD.match(said)), verbless)]

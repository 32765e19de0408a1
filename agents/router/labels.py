"""What a segment can be: the closed set that the fitted model tells apart."""

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

Label = Literal[
    "question", "statement", "hint_request", "time", "repeat", "thinking", "clarify", "greeting", "process", "finished", "filler"
]
LABELS: tuple[Label, ...] = get_args(Label)
Numbers = NDArray[np.float64]

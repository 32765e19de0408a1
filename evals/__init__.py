"""How good it is: self-play, leakage, facts, consistency, grading and calibration, each a folder with its data."""

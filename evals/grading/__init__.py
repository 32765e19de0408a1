"""How well the grader agrees with known levels, and how it is fitted to them."""

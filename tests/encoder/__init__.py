"""Claims about sentence vectors, word matching and their caches."""

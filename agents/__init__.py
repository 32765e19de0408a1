"""Who takes part: router, facts agent, interviewer, guard, grader and simulated candidate, each behind a small protocol."""

"""What everything stands on: action, fact, refusal, moves, clock, money, limits, jobs."""

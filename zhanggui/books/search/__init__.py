"""Search: which goods a customer means, words that lead to others, and words that found nothing."""

"""Putting right what a recogniser misheard, by sound and by what callers say."""

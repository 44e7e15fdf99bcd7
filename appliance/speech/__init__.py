"""Ears and voices: each engine is one file, recognizer_<name>.py or synthesizer_<name>.py, found by its name."""

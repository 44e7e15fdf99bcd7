"""Making the encoder: values for the example phrases, noise, and the fine-tuning, which alone needs torch."""

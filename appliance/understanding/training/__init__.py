"""Making the encoder: values for the example phrases, noise, and the fine-tuning that needs torch (`python -m appliance.understanding.training`)."""

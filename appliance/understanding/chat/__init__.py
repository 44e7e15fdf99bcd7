"""The instruct model: asked only where the encoder is unsure, on this machine or on a server in the building."""

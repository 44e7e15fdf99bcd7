"""The status page: what the box is doing now, for the people in the clinic and for monitoring. It only ever reads."""

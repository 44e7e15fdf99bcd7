"""What `appliance bench engines` is made of: the rows, how one is measured, and networks of real size with random weights."""

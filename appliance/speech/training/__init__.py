"""Making the small ears of the project from recordings; needs torch, which no running appliance does."""

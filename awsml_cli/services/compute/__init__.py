"""Machines and images: what there is to train and serve on, what it costs, and what it is called."""

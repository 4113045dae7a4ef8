"""What runs inside a container of ours, and without one: copied into each project, standing on Python alone."""

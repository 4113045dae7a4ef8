"""Models of one's own: what they are trained with, their training, the endpoints and flywheels they serve in."""

"""Amazon Personalize: from a table of interactions to recommendations, every step of it, and nothing left behind."""

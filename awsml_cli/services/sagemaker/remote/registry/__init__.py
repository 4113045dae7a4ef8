"""The registry of models at AWS: packages, which are the versions of a model, in groups."""

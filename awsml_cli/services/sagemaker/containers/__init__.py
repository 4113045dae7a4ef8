"""Images: built by whatever engine is there, pushed as SageMaker takes them, looked at in their registry."""

"""Amazon SageMaker: from a folder of code to an endpoint, on AWS and on this machine."""

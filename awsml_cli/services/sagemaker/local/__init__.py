"""SageMaker on this machine: training and serving as processes or in containers, laid out as AWS lays them out."""

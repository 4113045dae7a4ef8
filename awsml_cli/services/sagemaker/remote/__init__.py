"""SageMaker at AWS: trainings, their logs, endpoints and all that goes with one."""

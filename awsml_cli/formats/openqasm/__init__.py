"""OpenQASM 3, read and checked before anything is sent: what a program declares, applies and measures."""

from awsml_cli.formats.openqasm.program import Program, read

__all__ = ["Program", "read"]

"""What AWS can do: one module a service, the same names as in `commands`."""

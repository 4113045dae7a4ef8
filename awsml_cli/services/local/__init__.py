"""What this machine can do instead of AWS: its engines, and a server in front of them."""

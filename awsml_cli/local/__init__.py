"""AWS on this machine: the hook behind `--local`, its store and its engines."""

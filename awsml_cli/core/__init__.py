"""AWS in general: settings, session, errors, jobs, staging, limits."""

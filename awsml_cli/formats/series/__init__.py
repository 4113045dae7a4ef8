"""Time series as people keep them in tables: their columns, stamps and steps found out, checked, mended, measured."""

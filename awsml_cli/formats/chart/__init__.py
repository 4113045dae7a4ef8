"""Fan charts: history, median and band of a forecast, one panel for each series, drawn as SVG, PNG or characters."""

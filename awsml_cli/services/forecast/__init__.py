"""Amazon Forecast: series checked, imported, learnt from, forecast, exported and tidied away."""

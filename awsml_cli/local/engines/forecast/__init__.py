"""What comes next: statsforecast's models, NPTS of our own and Prophet, the best of them chosen by backtest."""

from __future__ import annotations

from typing import Final

from awsml_cli.local.engines.declaration import Declaration

DECLARATION: Final = Declaration(
    name="statsforecast",
    job="forecast",
    package="statsforecast",
    pin=">=2.1,<3",
    module="statsforecast",
    licence="Apache-2.0",
    languages=("*",),
    quality="good",
    measured="AirPassengers, 12 months ahead: WAPE 0.04 (seasonal naive 0.10); see docs/explanation/forecasts-here.md",
    install="pip install 'awsml-cli[forecast]'",
    needs=("pandas", "numpy"),
)
PROPHET: Final = Declaration(
    name="prophet",
    job="forecast",
    package="prophet",
    pin=">=1.2.1,<2",
    module="prophet",
    licence="MIT",
    languages=("*",),
    quality="fair",
    measured="AirPassengers, 12 months ahead: WAPE 0.046 (seasonal naive 0.10); it knows the year of daily series",
    install="pip install 'awsml-cli[prophet]'",
    needs=("pandas",),
)
HOLIDAYS: Final = Declaration(
    name="holidays",
    job="forecast",
    package="holidays",
    pin=">=0.80,<1",
    module="holidays",
    licence="MIT",
    languages=("*",),
    quality="good",
    measured="which days are holidays; a table of rules, nothing is learnt",
    install="pip install 'awsml-cli[forecast]'",
)
DEEPAR: Final = Declaration(
    name="gluonts",
    job="forecast",
    package="gluonts",
    pin=">=0.17,<0.18",
    module="gluonts",
    licence="Apache-2.0",
    languages=("*",),
    quality="fair",
    measured="DeepAR, which learns from many series at once; see docs/explanation/forecasts-here.md",
    install="pip install 'awsml-cli[deepar]'",
    needs=("torch", "lightning", "pandas"),
)

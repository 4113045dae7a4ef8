"""Recommendations: factorisation of what users did (implicit), likeness of items, popularity, trends."""

from __future__ import annotations

import os
from typing import Final

from awsml_cli.local.engines.declaration import Declaration

DECLARATION: Final = Declaration(
    name="implicit",
    job="recommend",
    package="implicit",
    pin=">=0.7.3,<0.8",
    module="implicit",
    licence="MIT",
    languages=("*",),
    quality="good",
    measured="MovieLens 100k, last tenth of each user's likes held out: NDCG@25 .148 (popularity .081), MRR@25 .192",
    install="pip install 'awsml-cli[personalize]'",
    needs=("numpy", "scipy"),
)
POPULARITY: Final = Declaration(
    name="popularity",
    job="recommend",
    package="numpy",
    pin=">=2.1,<3",
    module="numpy",
    licence="Apache-2.0",
    languages=("*",),
    quality="weak",
    measured="MovieLens 100k, last tenth of each user's likes held out: NDCG@25 .081, MRR@25 .118",
    install="pip install 'awsml-cli[personalize]'",
    needs=("scipy",),
)


def prepare() -> None:
    """Raises ConfigError for want of the engine; to be called before numpy is imported for it."""
    if not DECLARATION.installed():
        raise DECLARATION.missing()
    # implicit has threads of its own, which OpenBLAS's would only slow down
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("MKL_NUM_THREADS", "1")

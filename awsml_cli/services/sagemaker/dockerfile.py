"""The Dockerfile of a project: a stage to train in and one to serve from, on any base that has Python.

Nothing but what every builder knows: no `# syntax=` line, which would have to be fetched, and no mount of BuildKit's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from awsml_cli.services.sagemaker.cuda import Stack
from awsml_cli.services.sagemaker.project import About

PYTHON: Final = "3.12"
BASE: Final = f"python:{PYTHON}-slim"
# CUDA's libraries come with the wheels; a plain project has none, so its base brings them
CUDA_BASE: Final = "nvidia/cuda:12.6.3-cudnn-runtime-ubuntu24.04"
# PyTorch's wheels bring CUDA and cuDNN (cuda.py); these have none, and are far smaller
# https://pytorch.org/get-started/locally/
TORCH_WITHOUT_CUDA: Final = "https://download.pytorch.org/whl/cpu"
TRAINING_TOOLKIT: Final = "sagemaker-training>=5.1,<6"
SERVING: Final = {
    "fastapi": "fastapi>=0.92,<1 uvicorn>=0.17,<1",
    # code of one's own that starts AWS's toolkit as AWS documents it needs pkg_resources, which setuptools 82 left out
    "toolkit": "sagemaker-inference>=1.10,<2 multi-model-server>=1.1.11,<2 setuptools<82",
}


def dockerfile(about: About, stack: Stack | None = None) -> str:
    """The text of the Dockerfile; STACK is the framework with CUDA that it is to have."""
    return "\n".join([_base(about, stack), _train(), _serve(about)])


def bases(text: str, arguments: Mapping[str, str]) -> list[str]:
    """The images that a Dockerfile is built on, with ARGUMENTS for it; its own stages are none.

    https://docs.docker.com/reference/dockerfile/#from
    """
    known, stages, found = dict(arguments), {"scratch"}, list[str]()
    for line in text.replace("\\\n", " ").splitlines():
        word, _, rest = line.strip().partition(" ")
        if word.upper() == "ARG" and not found:
            name, _, value = rest.strip().partition("=")
            known.setdefault(name, value.strip("\"'"))
        elif word.upper() == "FROM":
            words = [one for one in rest.split() if not one.startswith("--")]
            image = re.sub(r"\$\{?(\w+)(?::-([^}]*))?\}?", lambda one: known.get(one[1]) or one[2] or "", words[0])
            if image and image not in stages and image not in found:
                found.append(image)
            stages |= set(words[2:3]) if len(words) > 2 and words[1].upper() == "AS" else set()
    return found


def _base(about: About, stack: Stack | None) -> str:
    base = CUDA_BASE if about.gpu and about.framework == "plain" else BASE
    lines = [
        "# Made by `awsml sagemaker init`, and yours to change.",
        "# BASE is any image that has Python, its pip and, for training, apt-get.",
        f"ARG BASE={base}",
        "FROM ${BASE} AS base",
        "ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_BREAK_SYSTEM_PACKAGES=1",
    ]
    if base == CUDA_BASE:
        lines.append("RUN apt-get update && apt-get install -y --no-install-recommends python3 python3-pip \\")
        lines.append(" && rm -rf /var/lib/apt/lists/*")
    if about.framework == "pytorch" and not about.gpu:
        lines.append(f"ENV PIP_EXTRA_INDEX_URL={TORCH_WITHOUT_CUDA}")
    if stack is not None:
        where = " for this address" if stack.index else ""
        lines.append(f"# {stack.framework} {stack.version}, with the {stack.parts} that its packages{where} bring.")
        if stack.index:
            lines.append(f"ENV PIP_EXTRA_INDEX_URL={stack.index}")
        lines.append(
            "# Labels and no variables: NVIDIA's runtime would refuse an older driver, which runs it all the same."
        )
        lines.append(f"LABEL CUDA_VERSION={stack.cuda}" + (f" CUDNN_VERSION={stack.cudnn}" if stack.cudnn else ""))
    if about.gpu:
        lines.append("# The driver is the machine's; these say what of it the container sees.")
        lines.append("ENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility")
    lines += [
        "COPY requirements.txt /tmp/requirements.txt",
        "RUN if grep -q '^[^#]' /tmp/requirements.txt; then python3 -m pip install -r /tmp/requirements.txt; fi",
        "ENV SAGEMAKER_PROGRAM=train.py SAGEMAKER_SUBMIT_DIRECTORY=/opt/ml/code",
        "",
    ]
    return "\n".join(lines)


def _train() -> str:
    return "\n".join(
        [
            "FROM base AS train",
            "# AWS's toolkit compiles a part of itself. Without it (an empty TRAINING_TOOLKIT) our first process",
            "# runs the script with the same variables and arguments.",
            f'ARG TRAINING_TOOLKIT="{TRAINING_TOOLKIT}"',
            'RUN if [ -n "${TRAINING_TOOLKIT}" ]; then \\',
            "      apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev python3-dev \\",
            '   && python3 -m pip install "${TRAINING_TOOLKIT}" \\',
            "   && apt-get purge -y gcc libc6-dev python3-dev && apt-get autoremove -y \\",
            "   && rm -rf /var/lib/apt/lists/*; \\",
            "    fi",
            "COPY . /opt/ml/code/",
            'ENTRYPOINT ["python3", "/opt/ml/code/container/start.py"]',
            "",
        ]
    )


def _serve(about: About) -> str:
    lines = [
        "FROM base AS serve",
        "# What answers the requests; an empty SERVING where the base has it.",
        f'ARG SERVING="{SERVING[about.stack]}"',
        *_installed(about),
        "LABEL com.amazonaws.sagemaker.capabilities.accept-bind-to-port=true",
        "LABEL com.amazonaws.sagemaker.capabilities.multi-models=true",
        "EXPOSE 8080",
        "COPY . /opt/ml/code/",
        "# Serverless endpoints run it as a user of their own.",
        "RUN chmod -R a+rX /opt/ml",
        'ENTRYPOINT ["python3", "/opt/ml/code/container/start.py"]',
        'CMD ["serve"]',
        "",
    ]
    return "\n".join(lines)


def _installed(about: About) -> list[str]:
    """The lines that install what serves; multi-model-server is Java's."""
    if about.stack == "fastapi":
        return ['RUN if [ -n "${SERVING}" ]; then python3 -m pip install ${SERVING}; fi']
    return [
        'RUN if [ -n "${SERVING}" ]; then \\',
        "      apt-get update && mkdir -p /usr/share/man/man1 \\",
        "   && apt-get install -y --no-install-recommends default-jre-headless \\",
        "   && rm -rf /var/lib/apt/lists/* \\",
        "   && python3 -m pip install ${SERVING}; \\",
        "    fi",
    ]

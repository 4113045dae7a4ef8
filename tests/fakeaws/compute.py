"""EC2's types of machines, AWS's price list, and the public parameters that name machine images; all in pages."""

from __future__ import annotations

import datetime
import fnmatch
import json
from typing import Any, ClassVar

from fakeaws.core import Call, FakeAws

PAGE = 10  # SSM's own; a price list's is as large as was asked for


class Machines:
    """EC2 as far as types of machines go: name, processors, GiB, whether it is sold to all, and its accelerators."""

    name = "ec2"
    types: ClassVar = {
        "m4.xlarge": (4, 16, False, None),
        "m5.xlarge": (4, 16, True, None),
        "m7g.2xlarge": (8, 32, True, None),
        "m7i.xlarge": (4, 16, True, None),
        "c4.xlarge": (4, 7.5, False, None),
        "g5.xlarge": (4, 16, False, ("Gpus", "A10G", 1, 22888)),
        "g5.2xlarge": (8, 32, False, ("Gpus", "A10G", 1, 22888)),
        "g5.12xlarge": (48, 192, False, ("Gpus", "A10G", 4, 91552)),
        "g5.24xlarge": (96, 384, False, ("Gpus", "A10G", 4, 91552)),
        "g5.48xlarge": (192, 768, False, ("Gpus", "A10G", 8, 183104)),
        "g6f.large": (2, 8, True, ("Gpus", "L4", 0, 2861)),
        "inf2.xlarge": (4, 16, True, ("NeuronDevices", "Inferentia2", 1, 32768)),
    }

    def describe_instance_types(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Show the types that the one filter lets through."""
        patterns = [value for one in params.get("Filters") or () for value in one["Values"]] or ["*"]
        found = [name for name in self.types if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)]
        begin = int(params.get("NextToken") or 0)
        end = begin + params["MaxResults"]
        more = {"NextToken": str(end)} if end < len(found) else {}
        return {"InstanceTypes": [self._about(name) for name in found[begin:end]], **more}

    def describe_images(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Know no image."""
        return {"Images": []}

    def _about(self, name: str) -> dict[str, Any]:
        vcpus, memory, current, devices = self.types[name]
        found: dict[str, Any] = {
            "InstanceType": name,
            "CurrentGeneration": current,
            "VCpuInfo": {"DefaultVCpus": vcpus},
            "MemoryInfo": {"SizeInMiB": int(memory * 1024)},
            "ProcessorInfo": {"SupportedArchitectures": ["arm64" if "g." in name else "x86_64"]},
        }
        if devices:
            kind, what, count, size = devices
            one = {"Name": what, "Count": count, **({"LogicalGpuCount": 1} if kind == "Gpus" else {})}
            info, total = (
                ("GpuInfo", "TotalGpuMemoryInMiB") if kind == "Gpus" else ("NeuronInfo", "TotalNeuronDeviceMemoryInMiB")
            )
            found[info] = {kind: [one], total: size}
        return found


class PriceList:
    """Prices by service, attributes and dollars an hour: `price` adds one. Each filter has to hold."""

    name = "pricing"

    def __init__(self) -> None:
        self.products: list[tuple[str, dict[str, Any]]] = []
        for name, hour in {"ml.g5.xlarge": 1.408, "ml.g5.2xlarge": 1.515, "ml.m5.xlarge": 0.23}.items():
            for component in ("Training", "Hosting"):
                self.price("AmazonSageMaker", hour, instanceName=name, component=component)
        self.price("AmazonEC2", 0.3264, instanceType="m7g.2xlarge")

    def price(self, service: str, hour: float | None, *, region: str = "us-east-1", **attributes: str) -> None:
        """Put a price into the list; None is what was paid for beforehand."""
        usual = {"regionCode": region}
        if service == "AmazonEC2":
            usual |= {"operatingSystem": "Linux", "tenancy": "Shared", "preInstalledSw": "NA", "capacitystatus": "Used"}
        dimension = {"unit": "Hrs", "pricePerUnit": {"USD": f"{hour or 0:.10f}"}}
        product = {
            "product": {"attributes": {**usual, **attributes}},
            "terms": {"OnDemand": {"S.J": {"priceDimensions": {"S.J.6": dimension}}}},
        }
        self.products.append((service, product))

    def get_products(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Show the prices that all filters let through."""
        found = [
            json.dumps(product)
            for service, product in self.products
            if service == params["ServiceCode"]
            and all(product["product"]["attributes"].get(one["Field"]) == one["Value"] for one in params["Filters"])
        ]
        begin = int(params.get("NextToken") or 0)
        end = begin + params.get("MaxResults", 100)
        more = {"NextToken": str(end)} if end < len(found) else {}
        return {"FormatVersion": "aws_v1", "PriceList": found[begin:end], **more}


class Parameters:
    """Public parameters by name; `ami` adds that of a machine image."""

    name = "ssm"
    kinds: ClassVar = {
        "x86_64": (
            *("base-oss-nvidia-driver-gpu-ubuntu-24.04", "base-oss-nvidia-driver-gpu-amazon-linux-2023"),
            *("base-with-single-cuda-ubuntu-24.04", "oss-nvidia-driver-gpu-pytorch-2.6-ubuntu-22.04"),
            *("oss-nvidia-driver-gpu-pytorch-2.10-ubuntu-24.04", "oss-nvidia-driver-gpu-pytorch-2.9-ubuntu-24.04"),
            *("oss-nvidia-driver-gpu-pytorch-2.10-amazon-linux-2023", "neuron-base-ubuntu-24.04"),
            *("multi-framework-oss-nvidia-driver-amazon-linux-2",),
        ),
        "arm64": ("base-oss-nvidia-driver-gpu-ubuntu-24.04", "base-with-single-cuda-amazon-linux-2023"),
    }

    def __init__(self, aws: FakeAws) -> None:
        self.aws = aws
        self.values: dict[str, str] = {}
        for architecture, kinds in self.kinds.items():
            for kind in kinds:
                self.ami(kind, architecture)

    def ami(self, kind: str, architecture: str = "x86_64", *, version: str = "latest") -> str:
        """Have a machine image, and give its id."""
        found = f"ami-{len(self.values):017x}"
        self.values[f"/aws/service/deeplearning/ami/{architecture}/{kind}/{version}/ami-id"] = found
        return found

    def get_parameters_by_path(self, params: dict[str, Any], call: Call) -> dict[str, Any]:
        """Show what lies below a path."""
        found = [name for name in sorted(self.values) if name.startswith(params["Path"].rstrip("/") + "/")]
        begin = int(params.get("NextToken") or 0)
        end = begin + params.get("MaxResults", PAGE)
        day = datetime.datetime(2026, 10, 9, tzinfo=datetime.UTC)
        shown = [
            {"Name": name, "Type": "String", "Value": self.values[name], "Version": 3, "LastModifiedDate": day}
            for name in found[begin:end]
        ]
        return {"Parameters": shown, **({"NextToken": str(end)} if end < len(found) else {})}

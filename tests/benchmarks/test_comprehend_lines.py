"""What many documents cost beside a bare boto3 loop over the same batches, in instructions, and what they take of memory.

Both run in processes of their own, against a server in a third.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.callgrind import instructions

SERVER = """
import json, socketserver
ONE = '{"Index":%d,"Sentiment":"POSITIVE","SentimentScore":{"Positive":0.9871,"Negative":0.0042,"Neutral":0.0081,"Mixed":0.0006}}'
class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        while line := self.rfile.readline():
            length, target = 0, b""
            while (line := self.rfile.readline()).strip():
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
                if line.lower().startswith(b"x-amz-target:"):
                    target = line
            asked = json.loads(self.rfile.read(length))
            if b"Pii" in target:
                body = b'{"Entities":[{"Score":0.99,"Type":"NAME","BeginOffset":0,"EndOffset":4}]}'
            else:
                results = ",".join(ONE % index for index in range(len(asked["TextList"])))
                body = ('{"ResultList":[' + results + '],"ErrorList":[]}').encode()
            head = b"HTTP/1.1 200 OK\\r\\nContent-Type: application/x-amz-json-1.1\\r\\nContent-Length: %d\\r\\n\\r\\n"
            self.wfile.write(head % len(body) + body)
class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 64
server = Server(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
"""

BARE = """
import boto3, json, sys
client = boto3.client("comprehend")
lines = sys.stdin.read().splitlines()
for at in range(0, len(lines), 25):
    answer = client.batch_detect_sentiment(TextList=lines[at : at + 25], LanguageCode="en")
    for result in sorted(answer["ResultList"], key=lambda one: one["Index"]):
        sys.stdout.write(json.dumps(result) + "\\n")
"""

WATCH = """
import os, subprocess, sys
child = subprocess.Popen(sys.argv[1:])
_, status, usage = os.wait4(child.pid, 0)
print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss, file=sys.stderr)
sys.exit(status != 0)
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory):
    server = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE)
    assert server.stdout is not None
    port = int(server.stdout.readline())
    home = tmp_path_factory.mktemp("home")
    yield {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    server.kill()
    server.wait()


def reviews(path: Path, count: int) -> Path:
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            file.write(f"The room number {number} was clean, and the people at the desk were friendly and helpful.\n")
    return path


def used(command: list[str], given: Path, out: Path, environment: dict[str, str]) -> tuple[float, int]:
    """CPU seconds and peak memory in KiB of COMMAND, seen by a small process, whose own memory is the floor."""
    with given.open("rb") as source, out.open("wb") as sink:
        watch = [sys.executable, "-c", WATCH, *command]
        child = subprocess.run(watch, stdin=source, stdout=sink, stderr=subprocess.PIPE, env=environment, check=True)
    *_, seconds, memory = child.stderr.split()
    return float(seconds), int(memory)


AWSML = [sys.executable, "-m", "awsml_cli", "comprehend"]
MANY, FEW = 2_000, 25  # lines: 80 requests, and one


def of_lines(command: list[str], folder: Path, environment: dict[str, str]) -> int:
    """What the lines alone cost, without the start, which has a benchmark of its own.

    A run before them compiles what nothing has loaded yet: on a clean checkout the first one writes bytecode.
    """
    used(command, reviews(folder / "first.txt", FEW), folder / "first.jsonl", environment)
    counts = []
    for count in (MANY, FEW):
        counted, written = instructions(command, environment, reviews(folder / f"{count}.txt", count))
        assert written.count("\n") == count
        counts.append(counted)
    return counts[0] - counts[1]


@pytest.fixture(scope="module")
def bare(environment, tmp_path_factory) -> int:
    return of_lines([sys.executable, "-c", BARE], tmp_path_factory.mktemp("bare"), environment)


@pytest.mark.slow
@pytest.mark.parametrize("language", [["--language", "en"], []], ids=["told", "found-out"])
def test_lines_cost_at_most_half_as_much_again_as_in_a_bare_loop(bare, environment, tmp_path, language):
    ours = of_lines([*AWSML, "sentiment", "--lines", "-f", "jsonl", *language], tmp_path, environment)
    print(f"instructions for {MANY - FEW} lines: {bare:,} bare, {ours:,} ours, ratio {ours / bare:.2f}")
    assert ours <= 1.5 * bare


@pytest.mark.slow
def test_a_million_lines_take_no_more_memory_than_ten_thousand(environment, tmp_path):
    sentiment = [*AWSML, "sentiment", "--lines", "--language", "en", "-f", "jsonl"]
    _, few = used(sentiment, reviews(tmp_path / "few.txt", 10_000), tmp_path / "few.jsonl", environment)
    _, many = used(sentiment, reviews(tmp_path / "many.txt", 1_000_000), tmp_path / "many.jsonl", environment)
    print(f"{few // 1024} MiB, {many // 1024} MiB")
    assert many - few <= 20 * 1024


@pytest.mark.slow
def test_redacting_a_hundred_megabytes_takes_no_more_memory_than_one(environment, tmp_path):
    redact = [*AWSML, "redact", "--language", "en"]
    line = "Jane wrote to the bank again, and nobody there could say where the letter had gone.\n"
    (tmp_path / "one.txt").write_text(line * 12_000)
    (tmp_path / "hundred.txt").write_text(line * 1_200_000)
    _, little = used(redact, tmp_path / "one.txt", tmp_path / "one.out", environment)
    seconds, much = used(redact, tmp_path / "hundred.txt", tmp_path / "hundred.out", environment)
    print(f"{little // 1024} MiB, {much // 1024} MiB, {seconds:.1f} s")
    assert much - little <= 20 * 1024

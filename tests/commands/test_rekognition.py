"""`awsml rekognition`: any picture in, what it shows out, nothing paid twice."""

from __future__ import annotations

import io
import json
import struct
import zlib
from pathlib import Path

import pytest
from fakeaws import Aws, AwsError
from fakeaws.program import Program
from fakeaws.rekognition import Scene
from photographs import ANN, BOB, photograph, taken

Image = pytest.importorskip("PIL.Image", reason="pip install '.[pages]'")

DOG = {
    "Name": "Dog",
    "Confidence": 97.25,
    "Instances": [{"BoundingBox": {"Left": 0.5, "Top": 0.5, "Width": 0.25, "Height": 0.25}, "Confidence": 60.0}],
    "Parents": [{"Name": "Animal"}, {"Name": "Mammal"}],
    "Categories": [{"Name": "Animals and Pets"}],
}
TREE = {"Name": "Tree", "Confidence": 71.5, "Categories": [{"Name": "Plants and Flowers"}]}
FOG = {"Name": "Fog", "Confidence": 42.0}
BUCKET = {"AWSML_BUCKET": "staging"}
MODEL = "arn:aws:rekognition:us-east-1:123456789012:project/parts/version/parts.1/1700000000000"


def noise(path: Path, size: tuple[int, int], **options: object) -> Path:
    """A picture that no compression makes smaller."""
    import numpy

    grains = numpy.random.default_rng(1).integers(0, 255, (size[1], size[0], 3), dtype=numpy.uint8)
    Image.fromarray(grains).save(path, **options)
    return path


def described(aws: Aws, path: Path, *labels: dict[str, object]) -> Path:
    aws.rekognition.pictures[path.read_bytes()] = Scene(labels=labels)
    return path


def bomb(path: Path) -> Path:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">LLBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b""))
    return path


class TestWays:
    @pytest.mark.parametrize("name", ["street.jpg", "street.png"])
    def test_a_picture_goes_as_it_is(self, aws: Aws, awsml: Program, tmp_path: Path, name: str) -> None:
        path = taken(tmp_path / name, {"ann": ANN, "bob": BOB})
        run = awsml("rekognition", path)
        assert (run.exit_code, run.stderr) == (0, "")
        assert run.text == "Person\t99.1\t2\t\t\nPicture\t60.4\t0\t\t\n"
        (call,) = aws.calls
        assert (call.operation, call.params) == ("DetectLabels", {"Image": {"Bytes": path.read_bytes()}})

    @pytest.mark.parametrize("name", ["one.webp", "one.gif", "one.bmp", "one.tif"])
    def test_other_kinds_are_converted(self, aws: Aws, awsml: Program, tmp_path: Path, name: str) -> None:
        run = awsml("rekognition", "faces", taken(tmp_path / name, {"ann": ANN}))
        (call,) = aws.calls
        sent = call.params["Image"]["Bytes"]
        assert (run.exit_code, run.stderr, run.text.split("\t")[0]) == (0, "", "face 1")
        assert sent[:4] in (b"\x89PNG", b"\xff\xd8\xff\xe0")

    def test_a_photograph_of_a_telephone_is_converted(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        pytest.importorskip("pillow_heif", reason="pip install '.[heic]'").register_heif_opener()
        run = awsml("rekognition", "faces", taken(tmp_path / "one.heic", {"ann": ANN}))
        assert (run.exit_code, run.stderr, run.text.split("\t")[0]) == (0, "", "face 1")

    def test_a_jpeg_is_left_to_aws_to_turn_and_all_else_is_turned_here(
        self, aws: Aws, awsml: Program, tmp_path: Path
    ) -> None:
        exif = Image.Exif()
        exif[0x0112] = 6  # to be turned by 90 degrees
        paths = [taken(tmp_path / f"turned.{kind}", {"ann": ANN}, exif=exif) for kind in ("jpg", "png", "webp")]
        run = awsml("rekognition", "faces", *paths, "-j", "1", "--no-input")
        sent = [Image.open(io.BytesIO(call.params["Image"]["Bytes"])).size for call in aws.calls]
        assert sent == [(400, 300), (300, 400), (300, 400)]
        places = [[round(float(cell), 1) for cell in line.split("\t")[5:]] for line in run.text.splitlines()]
        assert places == [[0.4, 0.1, 0.4, 0.2]] * 3  # of the picture as it stands upright

    def test_stdin(self, aws: Aws, awsml: Program) -> None:
        run = awsml("rekognition", "-", stdin=photograph({"ann": ANN}))
        assert (run.exit_code, run.text.split("\t")[0], run.stderr) == (0, "Person", "")

    def test_a_page_on_the_web(self, aws: Aws, awsml: Program, tmp_path: Path, aws_http: object) -> None:
        pytest.importorskip("http.server")
        import http.server
        import threading

        data = photograph({"ann": ANN})

        class Page(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Page)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        run = awsml("rekognition", f"http://127.0.0.1:{server.server_port}/one.png")
        server.shutdown()
        assert (run.exit_code, aws.calls[0].params["Image"]["Bytes"]) == (0, data)

    def test_an_object_in_s3_is_read_where_it_is(self, aws: Aws, awsml: Program) -> None:
        uri = aws.put(aws.bucket("theirs"), "photos/one.png", photograph({"ann": ANN}))
        run = awsml("rekognition", uri)
        assert (run.exit_code, run.text.split("\t")[0]) == (0, "Person")
        assert [call.operation for call in aws.calls] == ["GetObject", "DetectLabels"]
        assert aws.calls[1].params["Image"] == {"S3Object": {"Bucket": "theirs", "Name": "photos/one.png"}}
        assert awsml("rekognition", uri).text == run.text
        assert len(aws.calls_of("DetectLabels")) == 1

    def test_a_folder_in_s3_is_all_its_pictures(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        bucket = aws.bucket("theirs")
        for number, key in enumerate(
            ("photos/a.png", "photos/more/../b.PNG", "photos/notes.txt", "photos/", "other.png")
        ):
            aws.put(bucket, key, photograph({"ann": ANN}, salt=number) if key.lower().endswith("png") else b"")
        run = awsml("rekognition", "faces", "s3://theirs/photos/", "-o", "out/", "-f", "json", cwd=tmp_path)
        made = sorted(path.relative_to(tmp_path).as_posix() for path in (tmp_path / "out").rglob("*.json"))
        assert (run.exit_code, made) == (0, ["out/a.json", "out/more/b.json"])
        planned = awsml("rekognition", "text", "s3://theirs/photos/", "--dry-run")
        assert [line.split("\t")[1] for line in planned.text.splitlines()] == [
            "s3://theirs/photos/a.png",
            "s3://theirs/photos/more/../b.PNG",
        ]
        for name, said in (("s3://theirs/none/", "no pictures in s3://theirs/none/"), ("s3://nobody/a/", "no bucket")):
            empty = awsml("rekognition", "faces", name)
            assert (empty.exit_code, said in empty.stderr) == (2, True)

    def test_an_object_that_aws_cannot_read_is_fetched_and_converted(self, aws: Aws, awsml: Program) -> None:
        uri = aws.put(aws.bucket("theirs"), "one.webp", photograph({"ann": ANN}, kind="WEBP"))
        run = awsml("rekognition", "faces", uri)
        assert (run.exit_code, aws.calls[-1].params["Image"]["Bytes"][:3]) == (0, b"\xff\xd8\xff")

    def test_an_object_in_another_region_says_so(self, aws: Aws, awsml: Program) -> None:
        aws.respond("rekognition", "DetectLabels", AwsError("InvalidS3ObjectException", "Unable to get object."))
        run = awsml("rekognition", aws.put(aws.bucket("theirs"), "one.png", photograph()))
        assert run.exit_code == 3
        assert run.stderr.startswith("error: Rekognition cannot read s3://theirs/one.png: ")
        assert "--region" in run.stderr

    def test_what_is_not_in_s3(self, aws: Aws, awsml: Program) -> None:
        aws.bucket("theirs")
        run = awsml("rekognition", "s3://theirs/none.png")
        assert (run.exit_code, run.stderr) == (2, "error: there is no object s3://theirs/none.png\n")

    def test_a_heavy_picture_is_staged_where_there_is_a_bucket(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        aws.bucket("staging")
        path = noise(tmp_path / "heavy.png", (1500, 1300))
        assert path.stat().st_size > 5 * 1024**2
        run = awsml("rekognition", path, env=BUCKET)
        assert (run.exit_code, run.stderr, aws.objects("staging")) == (0, "", {})
        assert "S3Object" in aws.calls_of("DetectLabels")[0].params["Image"]

    def test_without_a_bucket_it_is_made_smaller_and_that_is_said(
        self, aws: Aws, awsml: Program, tmp_path: Path
    ) -> None:
        path = noise(tmp_path / "heavy.png", (1500, 1300))
        run = awsml("rekognition", path.name, cwd=tmp_path)
        (call,) = aws.calls
        sent = call.params["Image"]["Bytes"]
        assert (run.exit_code, len(sent) <= 5 * 1024**2, sent[:3]) == (0, True, b"\xff\xd8\xff")
        assert run.stderr == (
            f"warning: heavy.png has {path.stat().st_size:,} bytes, and Rekognition takes 5,242,880: "
            f"it is sent as a smaller copy of {len(sent):,}\n"
        )

    def test_equipment_takes_less(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        path = noise(tmp_path / "heavy.png", (1300, 1150))
        assert 4 * 1024**2 < path.stat().st_size < 5 * 1024**2
        run = awsml("rekognition", "ppe", path)
        assert (run.exit_code, len(aws.calls[0].params["Image"]["Bytes"]) <= 4 * 1024**2) == (0, True)


class TestBadInput:
    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("empty.png", b"", "empty.png is empty\n"),
            ("notes.png", b"Dear Ann,\n", "notes.png is not a picture: it looks like text\nhint: PNG and JPEG"),
            ("scan.png", b"%PDF-1.7\n", "scan.png is a PDF, not a picture\nhint: awsml textract scan.png reads it\n"),
            ("film.jpg", b"\0\0\0\x18ftypmp42" + bytes(100), "film.jpg is not a picture: it looks like a recording"),
            ("odd.tiff", b"II*\0\x08\0\0\0\xff\xff", "odd.tiff is damaged: its TIFF structure breaks off\n"),
            ("odd.webp", b"RIFF\0\0\0\0WEBPVP8 ", "odd.webp is damaged: it cannot be decoded as a picture\n"),
        ],
    )
    def test_what_is_no_picture(
        self, aws: Aws, awsml: Program, tmp_path: Path, name: str, content: bytes, said: str
    ) -> None:
        (tmp_path / name).write_bytes(content)
        run = awsml("rekognition", name, cwd=tmp_path)
        assert (run.exit_code, run.stdout, aws.calls) == (2, b"", [])
        assert run.stderr.startswith(f"error: {said}")

    @pytest.mark.parametrize("kind", ["png", "jpg"])
    @pytest.mark.parametrize("share", [0.3, 0.7, 0.99])
    def test_a_picture_that_breaks_off(self, aws: Aws, awsml: Program, tmp_path: Path, kind: str, share: float) -> None:
        path = taken(tmp_path / f"cut.{kind}", {"ann": ANN})
        path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
        run = awsml("rekognition", path.name, cwd=tmp_path)
        assert (run.exit_code, run.stdout, aws.calls) == (2, b"", [])
        assert run.stderr.startswith(f"error: cut.{kind} is damaged: its ")

    @pytest.mark.parametrize("command", ["labels", "faces", "celebrities", "moderation", "text", "properties"])
    @pytest.mark.parametrize("size", [(79, 200), (200, 79)])
    def test_too_few_pixels(
        self, aws: Aws, awsml: Program, tmp_path: Path, command: str, size: tuple[int, int]
    ) -> None:
        taken(tmp_path / "small.png", size=size)
        run = awsml("rekognition", command, "small.png", cwd=tmp_path)
        assert (run.exit_code, run.stdout, aws.calls) == (2, b"", [])
        assert run.stderr == (
            f"error: small.png is {size[0]} x {size[1]} pixels; Rekognition takes 80 a side and more\n"
        )

    @pytest.mark.parametrize(("command", "least"), [("ppe", 64), ("labels", 80)])
    def test_just_enough_pixels(self, aws: Aws, awsml: Program, tmp_path: Path, command: str, least: int) -> None:
        assert awsml("rekognition", command, taken(tmp_path / "small.png", size=(least, least))).exit_code == 0
        assert awsml("rekognition", command, taken(tmp_path / "less.png", size=(least - 1, least))).exit_code == 2

    def test_too_many_pixels(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        taken(tmp_path / "wide.png", size=(10_001, 200))
        run = awsml("rekognition", "wide.png", cwd=tmp_path)
        assert (run.exit_code, run.stdout, aws.calls) == (2, b"", [])
        assert run.stderr == (
            "error: wide.png is 10,001 x 200 pixels; Rekognition takes 10,000 a side\n"
            "hint: --scale sends a smaller copy\n"
        )
        assert awsml("rekognition", "wide.png", "--scale", cwd=tmp_path).exit_code == 0
        assert Image.open(io.BytesIO(aws.calls[0].params["Image"]["Bytes"])).size == (10_000, 199)

    def test_too_narrow_to_be_made_smaller(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        taken(tmp_path / "strip.png", size=(10_200, 81))
        run = awsml("rekognition", "strip.png", "--scale", cwd=tmp_path)
        assert (run.exit_code, aws.calls) == (2, [])
        assert "too narrow to be made smaller" in run.stderr

    def test_equipment_takes_fewer_pixels(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        taken(tmp_path / "wide.png", size=(4_097, 200))
        run = awsml("rekognition", "ppe", "wide.png", cwd=tmp_path)
        assert (run.exit_code, aws.calls) == (2, [])
        assert "Rekognition takes 4,096 a side" in run.stderr
        assert awsml("rekognition", "labels", "wide.png", cwd=tmp_path).exit_code == 0

    def test_too_few_pixels_in_s3(self, aws: Aws, awsml: Program) -> None:
        uri = aws.put(aws.bucket("theirs"), "small.png", photograph(size=(79, 100)))
        assert awsml("rekognition", uri).exit_code == 2
        assert aws.operations == ["GetObject"]

    def test_a_bomb_is_not_decoded(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        bomb(tmp_path / "bomb.png")
        for words in ([], ["--scale"]):
            run = awsml("rekognition", "bomb.png", *words, cwd=tmp_path)
            assert (run.exit_code, run.stdout, aws.calls) == (2, b"", [])

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["labels", "--model", "arn:x"], "`arn:x` is no version of a model"),
            (["labels", "--model", MODEL, "--include", "Dog"], "--model finds its own labels alone"),
            (["labels", "--include", ",".join(map(str, range(101)))], "101 names for --include: Rekognition takes 100"),
            (["labels", "--min-confidence", "high"], "`high` is not a confidence"),
            (["faces", "--attributes", "hat"], "there is no attribute of a face `hat`"),
            (["ppe", "--require", "hat"], "there is no piece of equipment `hat`"),
            (["text", "--area", "0,0,1"], "`0,0,1` is no area"),
            (["text", "--area", "0.5,0,0.6,1"], "the area `0.5,0,0.6,1` does not lie in the picture"),
            (["text", *["--area", "0,0,1,1"] * 11], "11 areas: Rekognition takes 10"),
            (["text", "--min-height", "2"], "--min-height is a share of the picture, from 0 to 1, not 2"),
            (["moderation", "--adapter", "mine"], "`mine` is no version of a model"),
            (["properties", "--max-colors", "21"], "invalid value for '--max-colors'"),
            (["labels", "--black"], "--black goes with --blur"),
            (["labels", "--annotate", "marked.doc"], "`marked.doc` is no name of a picture"),
            (["labels", "--blur", "safe.svg"], "`safe.svg` is no name of a picture"),
            (["labels", "--annotate", "none/marked.png"], "no such folder: none"),
            (["labels", "--annotate", "one.png"], "one.png would be written over the input one.png"),
            (["labels", "--contact-sheet", "sheets/"], "one sheet needs the name of a file"),
            (["labels", "--crop", "one.png"], "one.png is no folder"),
            (["labels", "--preview"], "--preview needs a terminal"),
            (["labels", "-f", "pgn"], "unknown format `pgn`"),
        ],
    )
    def test_what_cannot_be_meant_costs_nothing(
        self, aws: Aws, awsml: Program, tmp_path: Path, words: list[str], said: str
    ) -> None:
        taken(tmp_path / "one.png", {"ann": ANN})
        run = awsml("rekognition", words[0], "one.png", *words[1:], cwd=tmp_path)
        assert (run.exit_code, run.stdout, aws.calls) == (2, b"", [])
        assert run.stderr.startswith(f"error: {said}")
        assert list(tmp_path.iterdir()) == [tmp_path / "one.png"]


class TestLabels:
    def test_the_line_says_all(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        path = described(aws, taken(tmp_path / "one.png"), DOG, TREE)
        assert awsml("rekognition", path).text == (
            "Dog\t97.2\t1\tAnimal,Mammal\tAnimals and Pets\nTree\t71.5\t0\t\tPlants and Flowers\n"
        )

    def test_the_record_has_the_keys_of_aws(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        path = described(aws, taken(tmp_path / "one.png"), DOG)
        made = json.loads(awsml("rekognition", path, "-f", "json").text)
        assert made["label_model_version"] == "3.0"
        assert made["labels"][0]["instances"] == [
            {"bounding_box": {"left": 0.5, "top": 0.5, "width": 0.25, "height": 0.25}, "confidence": 60.0}
        ]
        assert made["labels"][0]["categories"] == [{"name": "Animals and Pets"}]

    def test_raw_is_what_aws_has_answered(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        path = described(aws, taken(tmp_path / "one.png"), DOG)
        made = json.loads(awsml("rekognition", path, "-f", "raw").text)
        assert (made["Labels"][0]["Name"], set(made)) == ("Dog", {"Labels", "LabelModelVersion"})

    def test_query_over_the_record(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        path = described(aws, taken(tmp_path / "one.png"), DOG, TREE)
        assert awsml("rekognition", path, "--query", "labels[].name", "-f", "text").text == "Dog\tTree\n"

    def test_a_bound_above_that_of_aws_is_free(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        path = described(aws, taken(tmp_path / "one.png"), DOG, TREE, FOG)
        said = [awsml("rekognition", path, "--min-confidence", sure).text for sure in ("60", "0.9", "99%")]
        assert [len(text.splitlines()) for text in said] == [2, 1, 0]
        assert [call.params.get("MinConfidence") for call in aws.calls] == [None]

    def test_a_bound_below_that_of_aws_is_asked_for(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        path = described(aws, taken(tmp_path / "one.png"), DOG, TREE, FOG)
        assert len(awsml("rekognition", path, "--min-confidence", "40").text.splitlines()) == 3
        assert [call.params["MinConfidence"] for call in aws.calls] == [40.0]

    def test_places_that_are_less_sure_are_left_out_too(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        path = described(aws, taken(tmp_path / "one.png"), DOG)
        assert awsml("rekognition", path, "--min-confidence", "90").text.split("\t")[2] == "0"

    def test_the_surest_alone(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        path = described(aws, taken(tmp_path / "one.png"), TREE, DOG)
        assert awsml("rekognition", path, "--max-labels", "1").text.startswith("Dog\t")

    @pytest.mark.parametrize(
        ("words", "sent", "seen"),
        [
            (["--include", "Dog,Cat"], {"LabelInclusionFilters": ["Dog", "Cat"]}, ["Dog"]),
            (["--exclude", "Dog"], {"LabelExclusionFilters": ["Dog"]}, ["Tree"]),
            (["--categories", "Animals and Pets"], {"LabelCategoryInclusionFilters": ["Animals and Pets"]}, ["Dog"]),
            (["--without", "Animals and Pets"], {"LabelCategoryExclusionFilters": ["Animals and Pets"]}, ["Tree"]),
        ],
    )
    def test_filters(
        self, aws: Aws, awsml: Program, tmp_path: Path, words: list[str], sent: dict[str, object], seen: list[str]
    ) -> None:
        path = described(aws, taken(tmp_path / "one.png"), DOG, TREE)
        run = awsml("rekognition", path, *words)
        assert [line.split("\t")[0] for line in run.text.splitlines()] == seen
        assert aws.calls[0].params["Settings"] == {"GeneralLabels": sent}

    def test_a_model_of_ones_own(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        path = taken(tmp_path / "one.png")
        place = {"BoundingBox": {"Left": 0.25, "Top": 0.5, "Width": 0.25, "Height": 0.125}}
        bolt = {"Name": "Bolt", "Confidence": 88.0, "Geometry": place}
        aws.rekognition.pictures[path.read_bytes()] = Scene(custom=[bolt, {"Name": "Good", "Confidence": 30.0}])
        aws.rekognition.models[MODEL] = "RUNNING"
        run = awsml("rekognition", "labels", path, "--model", MODEL)
        assert (run.exit_code, run.text) == (0, "Bolt\t88.0\t0.25\t0.5\t0.25\t0.125\nGood\t30.0\t\t\t\t\n")
        awsml("rekognition", "labels", path, "--model", MODEL, "--min-confidence", "50")
        assert [call.params.get("MinConfidence") for call in aws.calls] == [None, 50.0]

    def test_a_model_that_does_not_run(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        aws.rekognition.models[MODEL] = "STOPPED"
        run = awsml("rekognition", "labels", taken(tmp_path / "one.png"), "--model", MODEL)
        assert run.exit_code == 4
        assert "hint: a model answers while it runs" in run.stderr

    def test_properties(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        path = taken(tmp_path / "one.png")
        run = awsml("rekognition", "properties", path, "--max-colors", "5")
        assert run.text.splitlines()[0] == "silver\t78.2\t#cdcdcd\tgrey\timage"
        assert aws.calls[0].params["Features"] == ["IMAGE_PROPERTIES"]
        assert aws.calls[0].params["Settings"] == {"ImageProperties": {"MaxDominantColors": 5}}
        made = json.loads(awsml("rekognition", "properties", path, "--max-colors", "5", "-f", "json").text)
        assert made["image_properties"]["quality"]["sharpness"] == 88.25

    def test_at_a_terminal_it_is_a_table(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        path = described(aws, taken(tmp_path / "one.png"), {**DOG, "Name": "D\x1b[31mog"})
        shown = awsml("rekognition", path, tty={"stdout"}).text
        assert "confidence" in shown.splitlines()[0]
        assert "\x1b[31m" not in shown


class TestMany:
    def test_rows_begin_with_the_input_in_order(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        for number in range(12):
            taken(tmp_path / f"{number:02}.png", {"ann": ANN} if number % 2 else {}, salt=number)
        run = awsml("rekognition", "labels", "--include", "Person", ".", "-j", "8", cwd=tmp_path)
        assert [line.split("\t")[:2] for line in run.text.splitlines()] == [
            [f"{number:02}.png", "Person"] for number in range(1, 12, 2)
        ]

    def test_a_folder_is_searched_and_mirrored(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        taken(tmp_path / "in/a.jpg", {"ann": ANN})
        taken(tmp_path / "in/deep/b.png", {"bob": BOB})
        (tmp_path / "in/notes.txt").write_text("no picture")
        run = awsml("rekognition", "in/", "-o", "out/", "-f", "json", cwd=tmp_path)
        assert run.exit_code == 0
        made = sorted(path.relative_to(tmp_path).as_posix() for path in (tmp_path / "out").rglob("*.json"))
        assert made == ["out/a.json", "out/deep/b.json"]

    def test_one_that_fails_does_not_stop_the_others(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        taken(tmp_path / "a.png", {"ann": ANN})
        taken(tmp_path / "b.png", size=(20, 20))
        taken(tmp_path / "c.png", {"bob": BOB})
        run = awsml("rekognition", "faces", "a.png", "b.png", "c.png", "--errors", "failed.jsonl", cwd=tmp_path)
        assert (run.exit_code, [line.split("\t")[0] for line in run.text.splitlines()]) == (5, ["a.png", "c.png"])
        assert run.stderr.startswith("error: b.png is 20 x 20 pixels")
        again = awsml("rekognition", "faces", "--files-from", "failed.jsonl", cwd=tmp_path)
        assert (again.exit_code, len(aws.calls)) == (2, 2)

    def test_what_all_would_meet_stops_the_run(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        for number in range(9):
            taken(tmp_path / f"{number}.png", salt=number)
        aws.respond("rekognition", "DetectLabels", AwsError("AccessDeniedException", "No."))
        run = awsml("rekognition", ".", "-j", "1", cwd=tmp_path)
        assert (run.exit_code, len(aws.calls)) == (4, 1)
        assert "`rekognition:DetectLabels` is missing" in run.stderr

    def test_json_is_an_array_and_jsonl_a_line_each(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        taken(tmp_path / "a.png", {"ann": ANN})
        taken(tmp_path / "b.png", {"bob": BOB})
        words = ("rekognition", "faces", "a.png", "b.png", "-f")
        array = json.loads(awsml(*words, "json", cwd=tmp_path).text)
        lines = [json.loads(line) for line in awsml(*words, "jsonl", cwd=tmp_path).text.splitlines()]
        assert (array, [one["input"] for one in array]) == (lines, ["a.png", "b.png"])

    def test_csv_has_a_head(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        taken(tmp_path / "a.png", {"ann": ANN})
        taken(tmp_path / "b.png", {"bob": BOB})
        text = awsml("rekognition", "faces", "a.png", "b.png", "-f", "csv", cwd=tmp_path).text
        assert text.splitlines()[:2] == [
            "input,name,confidence,age_range,gender,emotion,left,top,width,height",
            "a.png,face 1,99.5,25-33,Female,HAPPY,0.1,0.2,0.2,0.4",
        ]

    def test_a_reader_that_leaves_stops_the_calls(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        for number in range(200):
            taken(tmp_path / f"{number:03}.png", {"ann": ANN}, size=(100, 100), salt=number)
        run = awsml("rekognition", ".", "-j", "2", head=1, cwd=tmp_path)
        assert (run.exit_code, run.text.count("\n"), len(aws.calls) < 50) == (0, 1, True)


class TestKept:
    def test_another_format_is_free(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        path = taken(tmp_path / "one.png", {"ann": ANN})
        for format in ("text", "json", "raw", "csv", "svg"):
            assert awsml("rekognition", path, "-f", format).exit_code == 0
        assert len(aws.calls) == 1

    @pytest.mark.parametrize("words", [["--no-cache"], ["--fresh"]])
    def test_unless_it_is_not_wanted(self, aws: Aws, awsml: Program, tmp_path: Path, words: list[str]) -> None:
        path = taken(tmp_path / "one.png")
        awsml("rekognition", path, *words)
        awsml("rekognition", path, *words)
        assert len(aws.calls) == 2

    def test_two_copies_are_paid_for_once(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        for name in ("a.png", "b.png"):
            taken(tmp_path / name, {"ann": ANN})
        assert awsml("rekognition", tmp_path, "-j", "4").exit_code == 0
        assert len(aws.calls) == 1

    def test_another_question_is_another_answer(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        path = taken(tmp_path / "one.png", {"ann": ANN})
        for words in (["labels"], ["labels", "--include", "Dog"], ["faces"], ["text"], ["properties"]):
            awsml("rekognition", words[0], path, *words[1:])
        assert len(aws.calls) == 5

    def test_an_answer_about_faces_that_says_more_will_do(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        path = taken(tmp_path / "one.png", {"ann": ANN})
        awsml("rekognition", "faces", path)
        assert awsml("rekognition", "faces", path, "--attributes", "emotions").exit_code == 0
        assert len(aws.calls) == 1


class TestPlans:
    def test_the_price_is_said_and_nothing_is_sent(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        taken(tmp_path / "a.png")
        taken(tmp_path / "b.png", {"ann": ANN})
        run = awsml("rekognition", "a.png", "b.png", "--dry-run", cwd=tmp_path)
        assert run.text == (
            "rekognition:DetectLabels\ta.png\t1\t1\tpictures\t0.001\n"
            "rekognition:DetectLabels\tb.png\t1\t1\tpictures\t0.001\n"
        )
        assert aws.calls == []

    def test_what_is_kept_is_not_in_it(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        path = taken(tmp_path / "a.png")
        awsml("rekognition", path)
        assert awsml("rekognition", path, "--dry-run").text == ""

    def test_properties_cost_less(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        run = awsml("rekognition", "properties", taken(tmp_path / "a.png"), "--dry-run", "-f", "json")
        assert [step["price"] for step in json.loads(run.text)] == [0.00075]

    def test_a_dear_run_asks_first(self, aws: Aws, awsml: Program, tmp_path: Path) -> None:
        for number in range(3):
            taken(tmp_path / f"{number}.png", salt=number)
        env = {"AWSML_CONFIRM_ABOVE": "0.002"}
        run = awsml("rekognition", tmp_path, tty={"stderr", "stdin"}, answers="n\n", env=env)
        assert (run.exit_code, aws.calls) == (2, [])
        assert "0.00 USD" in run.stderr

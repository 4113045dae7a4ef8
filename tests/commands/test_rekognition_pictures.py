"""What is made beside an answer: pictures marked, made safe, cut up, put on a sheet, shown in the terminal."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from fakeaws import Aws
from fakeaws.process import Terminal
from fakeaws.program import Program
from photographs import ANN, BOB, GROUND, taken

pytest.importorskip("PIL", reason="pip install '.[pages]'")

from fakeaws.rekognition import PEOPLE, seen
from PIL import Image

from awsml_cli.cli.preview import half_cells
from awsml_cli.formats.boxes.model import COLOURS, colour_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    taken(tmp_path / "one.png", {"ann": ANN, "bob": BOB})
    taken(tmp_path / "in/two.jpg", {"ann": BOB})
    taken(tmp_path / "in/deep/three.png", {"bob": ANN})
    return tmp_path


def opened(path: Path) -> Image.Image:
    return Image.open(path).convert("RGB")


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


class TestAnnotate:
    def test_boxes_stand_where_the_people_are(self, aws: Aws, awsml: Program, folder: Path) -> None:
        run = awsml("rekognition", "faces", "one.png", "--annotate", "marked.png", cwd=folder)
        made = opened(folder / "marked.png")
        assert (run.exit_code, len(run.text.splitlines()), made.size) == (0, 2, (400, 300))
        for x, y in ((40, 120), (120, 120), (80, 179), (239, 120), (299, 120)):
            assert made.getpixel((x, y)) == COLOURS["face"], (x, y)
        assert made.getpixel((80, 120)) == PEOPLE["ann"]

    def test_labels_have_a_colour_by_their_name(self, aws: Aws, awsml: Program, folder: Path) -> None:
        awsml("rekognition", "one.png", "--annotate", "marked.png", cwd=folder)
        assert opened(folder / "marked.png").getpixel((40, 120)) == colour_of("Person")

    def test_the_format_does_the_same(self, aws: Aws, awsml: Program, folder: Path) -> None:
        awsml("rekognition", "faces", "one.png", "--annotate", "marked.png", cwd=folder)
        piped = awsml("rekognition", "faces", "one.png", "-f", "png", cwd=folder)
        awsml("rekognition", "faces", "one.png", "-o", "other.png", cwd=folder)
        assert piped.stdout == (folder / "marked.png").read_bytes() == (folder / "other.png").read_bytes()
        assert awsml("rekognition", "faces", "one.png", "-f", "svg", cwd=folder).text.count("<polygon") == 2

    def test_a_picture_does_not_meet_a_terminal(self, aws: Aws, awsml: Program, folder: Path) -> None:
        run = awsml("rekognition", "faces", "one.png", "-f", "png", tty={"stdout"}, cwd=folder)
        assert (run.exit_code, aws.calls) == (2, [])

    def test_many_go_into_a_folder(self, aws: Aws, awsml: Program, folder: Path) -> None:
        run = awsml("rekognition", "faces", "in/", "--annotate", "out/", cwd=folder)
        assert (run.exit_code, files(folder / "out")) == (0, ["deep/three.png", "two.png"])

    def test_or_by_a_pattern(self, aws: Aws, awsml: Program, folder: Path) -> None:
        awsml("rekognition", "faces", "in/", "--annotate", "out-{stem}.jpg", cwd=folder)
        assert [name for name in files(folder) if name.startswith("out")] == ["out-three.jpg", "out-two.jpg"]

    def test_but_not_into_one_file(self, aws: Aws, awsml: Program, folder: Path) -> None:
        run = awsml("rekognition", "faces", "in/", "--annotate", "out.png", cwd=folder)
        assert (run.exit_code, aws.calls) == (2, [])
        assert run.stderr == (
            "error: 2 inputs cannot go into one file\nhint: name a folder: --annotate out/, or a pattern: "
            "--annotate '{stem}.png'\n"
        )

    def test_two_of_one_name_are_noticed_before_a_call(self, aws: Aws, awsml: Program, folder: Path) -> None:
        taken(folder / "in/two.png", salt=5)
        for option in ("--annotate", "--blur", "--crop"):
            run = awsml("rekognition", "faces", "in/", option, "out/", cwd=folder)
            assert (run.exit_code, aws.calls) == (2, [])
            assert "would both be written to out/two.png" in run.stderr

    @pytest.mark.parametrize(
        "words",
        [
            ["faces", "one.png", "--annotate", "a.png", "--blur", "a.png"],
            ["faces", "one.png", "--annotate", "a.png", "--contact-sheet", "./a.png"],
            ["faces", "one.png", "--annotate", "a.png", "-o", "a.png"],
            ["faces", "one.png", "--contact-sheet", "one.png"],
            ["compare", "one.png", "in/two.jpg", "--annotate", "one.png"],
            ["compare", "one.png", "in/two.jpg", "-o", "./one.png"],
        ],
    )
    def test_nothing_is_written_over_another(self, aws: Aws, awsml: Program, folder: Path, words: list[str]) -> None:
        before = (folder / "one.png").read_bytes()
        run = awsml("rekognition", *words, cwd=folder)
        assert (run.exit_code, aws.calls, (folder / "one.png").read_bytes()) == (2, [], before)
        assert "would be written" in run.stderr

    def test_an_object_in_s3_is_fetched_for_it(self, aws: Aws, awsml: Program, folder: Path) -> None:
        uri = aws.put(aws.bucket("theirs"), "one.png", (folder / "one.png").read_bytes())
        awsml("rekognition", "faces", uri, "--annotate", "marked.png", cwd=folder)
        assert opened(folder / "marked.png").getpixel((40, 120)) == COLOURS["face"]

    def test_a_photograph_that_lies_on_its_side(self, aws: Aws, awsml: Program, folder: Path) -> None:
        exif = Image.Exif()
        exif[0x0112] = 6
        taken(folder / "turned.jpg", {"ann": ANN}, exif=exif)
        awsml("rekognition", "faces", "turned.jpg", "--annotate", "marked.png", cwd=folder)
        made = opened(folder / "marked.png")
        left = next(x for x in range(300) if made.getpixel((x, 60)) == COLOURS["face"])
        assert (made.size, abs(left - 120) <= 1) == ((300, 400), True)

    def test_a_picture_that_only_aws_can_read(self, aws: Aws, awsml: Program, folder: Path) -> None:
        head = (folder / "one.png").read_bytes()[:33]
        broken = head + (folder / "one.png").read_bytes()[33:].replace(b"IDAT", b"IDAQ")
        (folder / "odd.png").write_bytes(broken)
        aws.respond("rekognition", "DetectFaces", {"FaceDetails": []})
        run = awsml("rekognition", "faces", "odd.png", "one.png", "--annotate", "out/", "-j", "1", cwd=folder)
        assert (run.exit_code, files(folder / "out")) == (5, ["one.png"])
        assert run.stderr.startswith("error: odd.png: ")


class TestBlur:
    def test_nobody_is_known_again(self, aws: Aws, awsml: Program, folder: Path) -> None:
        run = awsml("rekognition", "faces", "one.png", "--blur", "safe.jpg", "--black", cwd=folder)
        made = folder / "safe.jpg"
        assert (run.exit_code, seen(made.read_bytes())) == (0, [])
        assert all(abs(a - b) < 4 for a, b in zip(opened(made).getpixel((200, 20)), GROUND, strict=True))

    def test_some_alone(self, aws: Aws, awsml: Program, folder: Path) -> None:
        awsml("rekognition", "faces", "in/", "--blur", "safe/", "--black", cwd=folder)
        assert [seen((folder / "safe" / name).read_bytes()) for name in files(folder / "safe")] == [[], []]


class TestCropAndSheet:
    def test_each_face_is_a_file(self, aws: Aws, awsml: Program, folder: Path) -> None:
        awsml("rekognition", "faces", "one.png", "in/", "--crop", "faces/", cwd=folder)
        assert files(folder / "faces") == [
            "deep/three-face-1-1.png",
            "one-face-1-1.png",
            "one-face-2-1.png",
            "two-face-1-1.png",
        ]
        (who, _box), *others = seen((folder / "faces/one-face-2-1.png").read_bytes())
        assert (who, others) == ("bob", [])

    def test_all_on_one_sheet(self, aws: Aws, awsml: Program, folder: Path) -> None:
        run = awsml("rekognition", "faces", "one.png", "in/", "--contact-sheet", "sheet.png", cwd=folder)
        made = (folder / "sheet.png").read_bytes()
        assert (run.exit_code, {who for who, _ in seen(made)} >= {"ann", "bob"}) == (0, True)
        assert Image.open(io.BytesIO(made)).size[0] == 2 * 232 + 12


class TestPreview:
    def test_it_is_drawn_on_stderr_for_a_person(self, aws: Aws, awsml: Program, folder: Path) -> None:
        pytest.importorskip("textual_image", reason="pip install '.[preview]'")
        run = awsml("rekognition", "faces", "one.png", "--preview", tty={"stderr"}, cwd=folder)
        assert (run.exit_code, run.text.count("\n")) == (0, 2)
        assert "▀" in run.stderr
        assert "\x1b" not in run.text
        assert (
            awsml(
                "rekognition", "faces", "one.png", "--preview", tty={"stderr"}, cwd=folder, env={"TERM": "dumb"}
            ).exit_code
            == 2
        )

    def test_the_colours_are_those_of_the_picture(self) -> None:
        red_over_blue = Image.new("RGB", (2, 2), "red")
        red_over_blue.paste("blue", (0, 1, 2, 2))
        assert half_cells(red_over_blue, 2, 1) == "\x1b[38;2;255;0;0;48;2;0;0;255m▀" * 2 + "\x1b[0m\n"

    def test_at_a_whole_terminal_the_library_draws(
        self, aws: Aws, terminal: Callable[..., Terminal], folder: Path
    ) -> None:
        pytest.importorskip("textual_image", reason="pip install '.[preview]'")
        run = terminal("rekognition", "faces", "one.png", "--preview", cwd=folder)
        assert run.finish().exit_code == 0
        assert (run.text.count("▀") > 200, "Traceback" in run.text, "face 2" in run.text) == (True, False, True)

    def test_without_the_library_it_says_so(
        self, aws: Aws, awsml: Program, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("awsml_cli.cli.preview.importlib.util.find_spec", lambda _: None)
        words = ("rekognition", "faces", "one.png", "--preview")
        run = awsml(*words, tty={"stderr"}, env={"NO_COLOR": "1"}, cwd=folder)
        assert (run.exit_code, aws.calls) == (3, [])
        assert run.stderr.endswith("hint: pip install 'awsml-cli[preview]'\n")

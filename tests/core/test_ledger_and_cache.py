"""What has been done, and what was paid for, survives threads, processes and full disks."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fakeaws import FakeClock

from awsml_cli.core.cache import Cache, key_of
from awsml_cli.core.config import Config
from awsml_cli.core.errors import ConfigError, OutputError
from awsml_cli.core.ledger import Entry, Ledger


class TestLedger:
    def test_a_row_is_found_by_its_key_and_by_its_job(self) -> None:
        entry = Ledger().put(Entry("key", "transcribe", "eu-west-1", "job", staged="a", bucket="b", input="talk.mp3"))
        found = (Ledger().find("key"), Ledger().find_job("transcribe", "eu-west-1", "job"), Ledger().find("none"))
        assert found == (entry, entry, None)

    def test_rows_that_are_clean_are_not_open(self) -> None:
        first = Ledger().put(Entry("one", "transcribe", "eu-west-1", "a"))
        Ledger().move(Ledger().put(Entry("two", "transcribe", "eu-west-1", "b")), "clean")
        assert Ledger().open() == [first]

    def test_the_newest_row_of_a_job_counts(self, clock: FakeClock) -> None:
        Ledger().put(Entry("old", "transcribe", "eu-west-1", "job"))
        clock.advance(1)
        newest = Ledger().put(Entry("new", "transcribe", "eu-west-1", "job"))
        assert Ledger().find_job("transcribe", "eu-west-1", "job") == newest

    def test_many_threads_may_write_from_the_first_moment(self) -> None:
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(lambda n: Ledger().put(Entry(f"{n}", "transcribe", "eu-west-1", f"{n}")), range(48)))
        assert len(Ledger().open()) == 48

    def test_a_file_that_is_no_ledger_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "ledger.db").write_bytes(b"no database at all, but long enough" * 100)
        with pytest.raises(ConfigError, match=f"cannot use the ledger {tmp_path}/ledger.db: file is not a database"):
            Ledger(tmp_path / "ledger.db").find("key")


class TestCache:
    def test_an_answer_is_kept_for_its_owner_alone(self, tmp_path: Path) -> None:
        cache = Cache(Config(), folder=tmp_path / "answers")
        cache.keep("abcd", b"answer")
        (path,) = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert (cache.find("abcd"), cache.find("none"), path.stat().st_mode & 0o777) == (b"answer", None, 0o600)

    def test_an_old_answer_is_not_found(self, tmp_path: Path, clock: FakeClock) -> None:
        cache = Cache(Config(cache_days=2), folder=tmp_path)
        cache.keep("abcd", b"answer")
        clock.advance(86400)
        found = cache.find("abcd"), cache.find("abcd", days=0)
        clock.advance(86401)
        assert (*found, cache.find("abcd")) == (b"answer", None, None)

    def test_over_the_bound_the_oldest_goes(self, tmp_path: Path, clock: FakeClock) -> None:
        cache = Cache(Config(cache_bytes=25), folder=tmp_path)
        for age, key in ((30, "aa1"), (20, "bb2")):
            cache.keep(key, bytes(10))
            os.utime(tmp_path / key[:2] / key, (clock.now() - age,) * 2)
        cache.keep("cc3", bytes(10))
        assert [cache.find(key) is not None for key in ("aa1", "bb2", "cc3")] == [False, True, True]

    def test_it_is_looked_over_once_and_whenever_much_has_come(self, tmp_path: Path, clock: FakeClock) -> None:
        def old() -> Path:
            path = tmp_path / "aa" / "aa-old"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"old")
            os.utime(path, (0, 0))
            return path

        cache, left = Cache(Config(cache_bytes=1000), folder=tmp_path), []
        for key, size in (("bb1", 10), ("bb2", 10), ("bb3", 50)):
            path = old()
            cache.keep(key, bytes(size))
            left.append(path.exists())
        assert left == [False, True, False]

    def test_an_answer_over_the_bound_is_kept_all_the_same(self, tmp_path: Path) -> None:
        cache = Cache(Config(cache_bytes=5), folder=tmp_path)
        cache.keep("aa1", bytes(10))
        assert cache.find("aa1") == bytes(10)

    def test_threads_that_keep_the_same_answer_do_not_meet(self, tmp_path: Path) -> None:
        cache, gate = Cache(Config(), folder=tmp_path), threading.Barrier(8)

        def keep(_: int) -> None:
            gate.wait()
            cache.keep("abcd", b"answer" * 1000)

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(keep, range(8)))
        assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["abcd"]

    def test_what_cannot_be_kept_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "ab").write_text("in the way")
        with pytest.raises((OutputError, ConfigError), match="cannot"):
            Cache(Config(), folder=tmp_path).keep("abcd", b"answer")

    def test_what_is_forgotten_is_gone(self, tmp_path: Path) -> None:
        cache = Cache(Config(), folder=tmp_path)
        cache.keep("abcd", b"answer")
        cache.forget("abcd")
        cache.forget("abcd")
        assert cache.find("abcd") is None

    def test_a_key_is_the_same_for_the_same_question(self) -> None:
        assert key_of("a", {"x": 1, "y": 2}) == key_of("a", {"y": 2, "x": 1}) != key_of("a", {"x": 1, "y": 3})

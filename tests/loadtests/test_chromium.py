import os

import pytest

from loadtests.chromium import arguments, find_chromium
from loadtests.errors import ChromiumMissing


def test_the_named_browser_wins(monkeypatch, tmp_path):
    program = tmp_path / "my-chromium"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("CERCA_CHROMIUM", str(program))
    assert find_chromium() == program


def test_a_named_browser_that_is_not_there_is_an_error_and_not_a_fallback(monkeypatch, tmp_path):
    monkeypatch.setenv("CERCA_CHROMIUM", str(tmp_path / "none"))
    with pytest.raises(ChromiumMissing, match="correct or unset it"):
        find_chromium()


def test_without_any_browser_the_sentence_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.delenv("CERCA_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setattr("loadtests.chromium.MAC_APPS", ())
    with pytest.raises(ChromiumMissing, match="apt-get install chromium"):
        find_chromium()


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no root on this system")
def test_only_root_gives_up_the_sandbox(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "--no-sandbox" not in arguments()
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert "--no-sandbox" in arguments()

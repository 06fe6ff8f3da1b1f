"""The configuration that travels with the package."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

from tracker import plugins
from tracker.config import SourceSettings, bundled, load_settings
from tracker.domain.sources import Tier
from tracker.http.targets import Policy, judge
from tracker.names import Names

FILE = bundled("config") / "tracker.toml"


def sources(home: Path) -> tuple[SourceSettings, ...]:
    return load_settings({"TRACKER_HOME": str(home)}, FILE).sources


def test_it_starts_without_any_credential(tmp_path: Path) -> None:
    settings = load_settings({"TRACKER_HOME": str(tmp_path)}, FILE)
    assert not settings.reddit.complete
    assert settings.database == f"sqlite:///{tmp_path}/tracker.sqlite3"


def test_it_watches_what_it_promises(tmp_path: Path) -> None:
    found = sources(tmp_path)
    kinds = [source.kind for source in found]
    assert any(source.kind == "reddit" and source.address.endswith("r/LocalLLaMA") for source in found)
    assert kinds.count("feed") >= 12
    assert kinds.count("git") >= 6
    assert kinds.count("page") >= 3
    assert {source.tier for source in found} == set(Tier)


def test_every_kind_is_registered_and_every_address_may_be_fetched(tmp_path: Path) -> None:
    for source in sources(tmp_path):
        assert source.kind in plugins.names(plugins.COLLECTORS)
        assert urlsplit(source.address).scheme == "https"
        assert judge(source.address, Policy(ports=(443,))).host


def test_no_address_stands_twice(tmp_path: Path) -> None:
    addresses = [source.address for source in sources(tmp_path)]
    assert len(set(addresses)) == len(addresses)


def test_official_sources_belong_to_an_organisation_that_the_registry_knows(tmp_path: Path) -> None:
    names = Names.bundled()
    for source in sources(tmp_path):
        if source.tier is Tier.OFFICIAL:
            assert source.organisation, source.name
        if source.organisation:
            assert names.organisation(source.organisation) == source.organisation, source.name


def test_every_source_says_what_it_is() -> None:
    for above, source in pairwise(FILE.read_text(encoding="utf-8").split("[[sources]]\n")):
        last = above.rstrip("\n").splitlines()[-1]
        assert last.startswith("# "), f"no comment above {source.splitlines()[0]}"

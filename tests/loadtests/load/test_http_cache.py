import pytest

from loadtests.load.http_cache import HttpCache

DATE = "Tue, 24 Nov 2026 12:00:00 GMT"
OLD = "Tue, 24 Nov 2026 02:00:00 GMT"


def kept(at=0.0, status=200, **headers) -> HttpCache:
    cache = HttpCache()
    cache.keep("/a", status, {name.replace("_", "-"): value for name, value in headers.items()}, at)
    return cache


def test_what_was_never_fetched_is_asked_for_without_conditions():
    assert HttpCache().conditions("/a", 0) == {}


def test_an_immutable_file_is_not_asked_for_again():
    cache = kept(cache_control="public, max-age=31536000, immutable", etag='"1"')
    assert cache.conditions("/a", 1000.0) is None


def test_a_stale_file_is_asked_for_with_what_the_server_knows_it_by():
    cache = kept(cache_control="max-age=60", etag='"1"', last_modified=OLD)
    assert cache.conditions("/a", 59) is None
    assert cache.conditions("/a", 61) == {"if-none-match": '"1"', "if-modified-since": OLD}


def test_no_cache_means_asked_for_every_time():
    assert kept(cache_control="no-cache", etag='"1"').conditions("/a", 0) == {"if-none-match": '"1"'}


@pytest.mark.parametrize("status", [404, 500])
def test_a_failure_is_not_kept(status):
    assert kept(status=status, cache_control="max-age=60").conditions("/a", 1) == {}


def test_no_store_is_forgotten():
    cache = kept(cache_control="max-age=60", etag='"1"')
    cache.keep("/a", 200, {"cache-control": "no-store"}, 1)
    assert cache.conditions("/a", 2) == {}


def test_not_modified_renews_what_is_kept():
    cache = kept(cache_control="max-age=60", etag='"1"')
    cache.keep("/a", 304, {"cache-control": "max-age=60"}, 100)
    assert cache.conditions("/a", 159) is None
    assert cache.conditions("/a", 161) == {"if-none-match": '"1"'}


def test_without_a_word_from_the_server_a_tenth_of_the_age_is_fresh():
    cache = kept(last_modified=OLD, date=DATE)
    assert cache.conditions("/a", 3599) is None
    assert cache.conditions("/a", 3601) == {"if-modified-since": OLD}

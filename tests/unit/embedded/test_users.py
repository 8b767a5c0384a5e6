"""Secrets and the directory of users: pure parts, no file."""
import pytest

from nova_lite import exceptions
from nova_lite.embedded.identity import users


def test_secret_round_trip():
    hashed = users.hash_secret("pässword")
    assert users.check_secret("pässword", hashed)
    assert not users.check_secret("password", hashed)


@pytest.mark.parametrize("secret", ["", "x" * 73, "a\0b"])
def test_secrets_that_bcrypt_would_cut(secret):
    with pytest.raises(exceptions.Invalid):
        users.hash_secret(secret)


@pytest.mark.parametrize("secret", [None, 5, "", "x" * 100, "-"])
def test_nothing_matches_nobody(secret):
    assert not users.check_secret(secret, None)
    assert not users.check_secret(secret, users._DUMMY_HASH)


@pytest.mark.parametrize("name", ["", " a", "a\n", "x" * 65, None])
def test_names(name):
    with pytest.raises(exceptions.Invalid):
        users.check_name(name)


def test_directory_edits_leave_the_old_one():
    one = users.Directory().put("users", users.User("1", "a", "h")).put("users", users.User("2", "b", "h"))
    two = one.put("users", users.User("1", "c", "h")).without("users", id="2")
    assert [user.name for user in one.users] == ["a", "b"]
    assert [user.name for user in two.users] == ["c"]


def test_projects_of():
    directory = users.Directory(projects=(users.Project("p", "P"), users.Project("q", "Q")),
                                grants=(users.Grant("1", "q", ("member",)),))
    assert [project.name for project in directory.projects_of("1")] == ["Q"]
    assert directory.roles("1", "p") == ()

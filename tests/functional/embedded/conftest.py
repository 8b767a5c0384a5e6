"""The common cloud's embedded services."""
import bcrypt
import pytest

from tests.functional import clouds as shared
from tests.functional.embedded.services import Services


@pytest.fixture
def services(common_cloud):
    """They have users and passwords, but no image and no network."""
    found = Services(common_cloud)
    found.clear()
    return found


@pytest.fixture
def start(clouds):
    """``start(options)``: those of another cloud, with these lines of configuration; no image and no network."""
    def begin(options: str) -> Services:
        found = Services(clouds.get(options, lambda: shared.plain(options)))
        found.clear()
        return found
    return begin


@pytest.fixture
def http_basic(start, tmp_path):
    """Those of a cloud with http_basic; admin's password is adminpass."""
    path = tmp_path / "htpasswd"
    path.write_text(f"admin:{bcrypt.hashpw(b'adminpass', bcrypt.gensalt(4)).decode()}\n")
    return start(f"[api]\nauth_strategy = http_basic\nhttp_basic_auth_user_file = {path}\n")

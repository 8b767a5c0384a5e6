"""Idempotency-Key: a repeated POST is answered as the first one, and done once."""
import datetime
import json
import threading

import pytest
import sqlalchemy as sa

from nova_lite.conductor import expiry
from nova_lite.db import idempotency, quotas, session
from nova_lite.db.tables import actions, idempotency_keys, instances
from nova_lite.trace import now
from tests.functional.api.server_fixtures import IMAGE, OTHER

KEY = {"Idempotency-Key": '"8e03978e-40d5-43e8-bc93-6894a57f9324"'}


def body(**values):
    return {"server": {"name": "vm", "imageRef": IMAGE, "flavorRef": "1", "networks": "none", **values}}


def count(database, table):
    with database.reader() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(table))


@pytest.fixture
def post(client):
    """``post(body, headers)``: the whole answer."""
    client = client.at("2.37")
    return lambda content, headers=KEY, path="/servers", user=client: user("POST", path, content, headers=headers)


def test_the_same_again_is_the_first_answer_again(post, database, sent):
    first = post(body())
    again = post({"server": dict(reversed(body()["server"].items()))})          # the same JSON, written otherwise
    assert first.status_code == again.status_code == 202
    assert first.json == again.json and "adminPass" in first.json["server"]
    assert first.headers["Location"] == again.headers["Location"]
    assert count(database, instances) == count(database, actions) == len(sent) == 1


def test_an_image_that_is_gone_since_does_not_matter(post, embedded_client):
    first = post(body())
    embedded_client.as_user("admin").delete(f"/image/v2/images/{IMAGE}")
    assert post(body(), {}).status_code == 400
    assert post(body()).json == first.json


def test_a_reservation_is_the_first_one(post):
    content = body(return_reservation_id=True, min_count=2, max_count=2)
    assert post(content).json == post(content).json


def test_without_a_key_every_request_makes_a_server(post, database):
    assert post(body(), {}).json["server"]["id"] != post(body(), {}).json["server"]["id"]
    assert count(database, instances) == 2 and count(database, idempotency_keys) == 0


def test_another_body_is_refused(post, database):
    post(body())
    answer = post(body(name="other"))
    assert answer.status_code == 422 and answer.json["unprocessableEntity"]["code"] == 422
    assert count(database, instances) == 1


def test_a_key_is_its_users_own(post, client, database):
    mine = post(body())
    for other in (client.at("2.37").as_user("carol"), client.at("2.37").as_user("alice", OTHER)):
        answer = post(body(name="theirs"), user=other)
        assert answer.status_code == 202 and answer.json["server"]["id"] != mine.json["server"]["id"]


@pytest.mark.parametrize("header", ["", '""', "bare", '"open', 'open"', '"a" "b"', '"a", "b"', '"tab\there"',
                                    '"' + 256 * "x" + '"', '"back\\slash"', '"caf\u00e9"', "42", "?1", ":YQ==:"])
def test_a_key_that_is_no_string_is_refused(post, database, header):
    answer = post(body(), {"Idempotency-Key": header})
    assert answer.status_code == 400 and "Idempotency-Key" in answer.json["badRequest"]["message"]
    assert count(database, instances) == 0


@pytest.mark.parametrize("header", ['"x"', '" \\"quoted\\" "', '"' + 255 * "x" + '"', '  "blank around"  '])
def test_any_string_is_a_key(post, header):
    assert post(body(), {"Idempotency-Key": header}).json == post(body(), {"Idempotency-Key": header}).json


def test_a_refused_request_takes_no_key(post, database):
    session.transaction(quotas.set_limits)("6f70656e737461636b20342065766572", {"instances": 0})
    assert post(body()).status_code == 403
    session.transaction(quotas.set_limits)("6f70656e737461636b20342065766572", {"instances": 1})
    first = post(body())
    assert first.status_code == 202 and post(body()).json == first.json      # not the quota's 403


def test_neither_key_nor_password_are_in_the_database(post, database):
    answer = post(body(adminPass="Chosen by the user"))
    assert answer.json["server"]["adminPass"] == "Chosen by the user"
    with database.reader() as connection:
        [row] = connection.execute(sa.select(idempotency_keys))
    stored = json.dumps(row._mapping["outcome"]) + row.id + row.fingerprint
    assert "Chosen" not in stored and "8e03978e" not in stored


def test_a_key_expires(post, database, config):
    first = post(body())
    with database.writer() as connection:
        connection.execute(idempotency_keys.update().values(created_at=now() - datetime.timedelta(hours=25)))
    second = post(body())
    assert second.json["server"]["id"] != first.json["server"]["id"]
    assert post(body()).json == second.json
    with database.writer() as connection:
        connection.execute(idempotency_keys.update().values(created_at=now() - datetime.timedelta(hours=25)))
    post(body(), {"Idempotency-Key": '"young"'})
    expiry.forget_idempotency_keys()
    assert count(database, idempotency_keys) == 1


def test_forgetting_goes_batch_by_batch(database, monkeypatch):
    monkeypatch.setattr(idempotency, "BATCH", 2)
    with database.writer() as connection:
        connection.execute(idempotency_keys.insert(), [
            {"id": str(i), "fingerprint": "", "outcome": {}, "created_at": datetime.datetime(2026, 1, 1)}
            for i in range(5)])
    expiry.forget_idempotency_keys()
    assert count(database, idempotency_keys) == 0


def test_of_two_at_once_one_is_done(post, database, monkeypatch):
    """Both find the key unused; the second is told so, and is answered as the first when it comes again."""
    meeting, found = threading.Barrier(2, timeout=30), []
    real = idempotency.find

    def find(connection, key):
        outcome = real(connection, key)
        meeting.wait()
        return outcome
    monkeypatch.setattr(idempotency, "find", find)
    threads = [threading.Thread(target=lambda: found.append(post(body()))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first, second = sorted(found, key=lambda answer: answer.status_code)
    assert (first.status_code, second.status_code) == (202, 409)
    assert count(database, instances) == 1
    monkeypatch.undo()


def test_a_server_action_is_ordered_once(post, make_server, database):
    server = make_server()
    path, content = f"/servers/{server.uuid}/action", {"reboot": {"type": "HARD"}}
    orders = count(database, actions)
    assert [post(content, path=path).status_code for _ in range(3)] == [202] * 3
    assert count(database, actions) == orders + 1
    assert post({"os-stop": None}, path=path).status_code == 422

"""Users who create servers and repeat what fails, with the same Idempotency-Key, until it is accepted."""
import collections
import threading
import time
import uuid

import requests


class Load:
    """``with Load(deployment) as load:`` requests come one after the other from a few users; ``finish`` waits for them.

    ``codes`` counts the answers, ``slowest`` is the slowest accepted one in seconds, ``wrong`` lists answers that are
    never right.  ``servers``: {name: id as answered}.
    """

    def __init__(self, deployment, users: int = 4, pause: float = 0.2):
        demo = deployment.connect()
        self._url = f"http://127.0.0.1:{deployment.api_port}/v2.1/servers"
        self._headers = {"X-Auth-Token": demo.auth_token, "OpenStack-API-Version": "compute 2.37"}
        self._body = {"imageRef": demo.image.find_image("lite-guest").id, "networks": "none",
                      "flavorRef": demo.compute.find_flavor("m1.nano").id}
        self._pause, self._stop = pause, threading.Event()
        self._threads = [threading.Thread(target=self._user, args=(number,)) for number in range(users)]
        self._lock = threading.Lock()
        self.codes: collections.Counter[int] = collections.Counter()
        self.slowest, self.wrong = 0.0, []
        self.servers: dict[str, str] = {}

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exc_info):
        self.finish()

    def finish(self) -> None:
        """No new servers; what was begun is repeated until it is accepted."""
        self._stop.set()
        for thread in self._threads:
            thread.join(180)
        assert not any(thread.is_alive() for thread in self._threads), "a request is never accepted"

    def _user(self, number):
        session, made = requests.Session(), 0
        while not self._stop.is_set():
            name = f"load-{number}-{made}"
            self._until_accepted(session, name)
            made += 1
            self._stop.wait(self._pause)

    def _until_accepted(self, session, name):
        headers = {**self._headers, "Idempotency-Key": f'"{uuid.uuid4()}"'}
        while True:
            began = time.monotonic()
            answer = session.post(self._url, json={"server": {**self._body, "name": name}}, headers=headers,
                                  timeout=120)
            with self._lock:
                self.codes[answer.status_code] += 1
                if answer.status_code == 202:
                    self.servers[name] = answer.json()["server"]["id"]
                    self.slowest = max(self.slowest, time.monotonic() - began)
                elif answer.status_code == 503 and "Retry-After" not in answer.headers:
                    self.wrong.append("a 503 without Retry-After")
                elif answer.status_code not in (409, 503):
                    self.wrong.append(f"{answer.status_code}: {answer.text[:300]}")
            if answer.status_code not in (409, 503):
                return
            time.sleep(0.3)

"""Extensions as Nova still shows them: everything but the alias is made up there, too."""


def show(alias: str) -> dict:
    name = "".join(part.capitalize() for part in alias.removeprefix("os-").replace("_", "-").split("-"))
    return {"alias": alias, "name": name, "description": "", "links": [], "updated": "2014-12-03T00:00:00Z",
            "namespace": "http://docs.openstack.org/compute/ext/fake_xml"}

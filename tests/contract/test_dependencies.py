"""What is installed is what setup.cfg asks for, with all that it brings along, under licences that go together.

Whether a version has a known hole is not asked here: that takes an advisory service, which CI has not
(doc/security.rst).
"""
import configparser
import importlib.metadata
import pathlib
import re

import pytest
from packaging.requirements import Requirement

ROOT = pathlib.Path(__file__).resolve().parents[2]
# What Apache-2.0 code may use as a library.  The LGPL's and the MPL's are used as they are, not copied from.
ACCEPTED = {
    "Apache-2.0", "MIT", "MIT-0", "MIT-CMU", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "ISC", "PSF-2.0", "Zlib",
    "ZPL-2.1", "CC0-1.0", "MPL-2.0",
    "LGPL-2.0-or-later", "LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later",
}
# Older ways of saying it, in metadata's License and Classifier fields.
ALIASES = {
    "Apache Software License": "Apache-2.0", "Apache License 2.0": "Apache-2.0", "MIT License": "MIT",
    "BSD License": "BSD-3-Clause", "LicenseRef-Repoze-BSD-derived": "BSD-3-Clause", "Zope Public License": "ZPL-2.1",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0", "LGPL-v2.0-or-later": "LGPL-2.0-or-later",
    "LGPL-2.1": "LGPL-2.1-only", "Apache-2.0 or BSD": "Apache-2.0",
    "LGPLv3": "LGPL-3.0-only",
    "Python Software Foundation License": "PSF-2.0", "ISC License (ISCL)": "ISC",
}
NO_LICENCE = ("OSI Approved", "DFSG approved")             # classifiers above one


def requirements() -> list[Requirement]:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg")
    texts = [parser["options"]["install_requires"], *parser["options.extras_require"].values()]
    return [Requirement(line) for text in texts for line in map(str.strip, text.splitlines()) if line]


def closure() -> dict[str, tuple[importlib.metadata.Distribution, list[tuple[str, Requirement]]]]:
    """Everything that is needed: name -> (distribution, who asks for which versions of it)."""
    found, seen, waiting = {}, set(), [("setup.cfg", requirement) for requirement in requirements()]
    while waiting:
        asking, requirement = waiting.pop()
        name = re.sub(r"[-_.]+", "-", requirement.name).lower()
        distribution = importlib.metadata.distribution(requirement.name)
        found.setdefault(name, (distribution, []))[1].append((asking, requirement))
        if (name, tuple(requirement.extras)) in seen:
            continue
        seen.add((name, tuple(requirement.extras)))
        for text in distribution.requires or ():
            wanted = Requirement(text)
            if wanted.marker is None or any(wanted.marker.evaluate({"extra": extra})
                                            for extra in (*requirement.extras, "")):
                waiting.append((name, wanted))
    return found


NEEDED = closure()


def licences(metadata) -> list[str]:
    """Alternatives, each of one or more licences joined by AND."""
    expression = metadata.get("License-Expression")
    if not expression:
        names = [text.rpartition("::")[2].strip() for text in metadata.get_all("Classifier") or ()
                 if text.startswith("License ::")]
        expression = " OR ".join(name for name in names if name not in NO_LICENCE)
    return (expression or (metadata.get("License") or "").strip().splitlines()[0]).split(" OR ")


@pytest.mark.parametrize("name", sorted(NEEDED))
def test_an_installed_version_is_one_that_is_asked_for(name):
    distribution, asked = NEEDED[name]
    for asking, requirement in asked:
        assert requirement.specifier.contains(distribution.version, prereleases=True), (asking, str(requirement))


@pytest.mark.parametrize("requirement", requirements(), ids=str)
def test_what_we_ask_for_has_a_lower_bound(requirement):
    assert any(specifier.operator == ">=" for specifier in requirement.specifier)


@pytest.mark.parametrize("name", sorted(NEEDED))
def test_a_licence_is_an_accepted_one(name):
    alternatives = licences(NEEDED[name][0].metadata)
    assert any(all(ALIASES.get(part, part) in ACCEPTED for part in alternative.split(" AND "))
               for alternative in alternatives), alternatives

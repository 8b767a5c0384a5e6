"""The config drive, read back."""
import io

import pycdlib

from nova_lite.virt import configdrive

FILES = {
    "openstack/latest/meta_data.json": b"{}",
    "openstack/latest/user_data": b"#!/bin/sh\n\xff\x00",
    "openstack/content/0000": b"",
    "ec2/2009-04-04/meta-data.json": b"x" * 5000,
}


def read(path, **name):
    iso, out = pycdlib.PyCdlib(), io.BytesIO()
    iso.open(str(path))
    try:
        iso.get_file_from_iso_fp(out, **name)
        return out.getvalue()
    finally:
        iso.close()


def test_files_have_their_names_in_both_trees(tmp_path):
    path = tmp_path / "disk.config"
    configdrive.write(path, FILES)
    for name, content in FILES.items():
        assert read(path, joliet_path=f"/{name}") == content
        assert read(path, rr_path=f"/{name}") == content


def test_label(tmp_path):
    path = tmp_path / "disk.config"
    configdrive.write(path, FILES)
    # the primary volume descriptor is sector 16; the label is 32 characters from byte 40
    assert path.read_bytes()[16 * 2048 + 40:16 * 2048 + 72] == b"config-2".ljust(32)


def test_only_its_owner_reads_the_password_in_it(tmp_path):
    path = tmp_path / "disk.config"
    configdrive.write(path, FILES)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["disk.config"]

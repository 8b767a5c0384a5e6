"""Domain XML, a device a file: small typed builders whose ``element`` is their XML.  No libvirt here."""

"""A DHCPRELEASE (RFC 2131, 4.4.6) in the name of a guest that is gone, so that its lease ends now."""
import contextlib
import os
import socket
import struct

BOOTREQUEST, ETHERNET, RELEASE = 1, 1, 7
COOKIE = bytes((99, 130, 83, 99))
MESSAGE_TYPE, SERVER_ID, END = 53, 54, 255
SERVER_PORT = 67


def packet(server: str, address: str, mac: str, transaction: bytes) -> bytes:
    """The message; ``transaction`` is 4 bytes."""
    hardware = bytes.fromhex(mac.replace(":", ""))
    head = struct.pack("!4B4sHH4s4s4s4s16s64s128s", BOOTREQUEST, ETHERNET, len(hardware), 0, transaction, 0, 0,
                       socket.inet_aton(address), bytes(4), bytes(4), bytes(4), hardware, b"", b"")
    options = bytes((MESSAGE_TYPE, 1, RELEASE, SERVER_ID, 4)) + socket.inet_aton(server) + bytes((END,))
    return (head + COOKIE + options).ljust(300, b"\0")


def send(interface: str, server: str, address: str, mac: str) -> None:
    """Send it by way of ``interface``; there is no answer, and a failure is mended by the next sync."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
        sender.sendto(packet(server, address, mac, os.urandom(4)), (server, SERVER_PORT))

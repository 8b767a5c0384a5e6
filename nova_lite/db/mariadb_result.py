"""How PyMySQL reads a result, without parsing the same description of its columns each time.

Before its rows a server sends a packet for each column.  The driver takes each apart: 15 us of CPU, 0.7 ms for the 50
columns of an instance, though a statement is described by the same bytes always.  Here they are looked up as they are,
and a row is taken apart in one loop.  Whatever is odd goes the driver's own way.
"""
import functools
import struct

from pymysql.connections import MySQLResult

_MOST = 256                 # results whose description is kept: some KB each
_HEADER = struct.Struct("<I")                       # three bytes of length, one of the packet's number
_EOF_LENGTH, _EOF = 5, 0xFE
_NULL = 251                                         # in place of a value's length
_LENGTHS = {252: 2, 253: 3, 254: 8}                 # in its place, when it takes so many bytes itself


class Result(MySQLResult):
    """Of a connection with ``known``, {bytes: what was made of them}.

    ``fields``, which the driver's DictCursor wants, are there only when the description was not known.
    """

    readers = ()                # by column: bytes that are not NULL -> value

    def _get_descriptions(self):
        connection = self.connection
        try:
            start = connection._rfile.peek()
        except OSError:
            start = b""                             # the driver's own way finds it out, and says it as its own error
        described = _described(start, self.field_count)
        found = connection.known.get(described) if described else None
        if found is not None and start[3] == connection._next_seq_id:
            # With the packet that ends it, whose status the one that ends the rows has, too.
            connection._rfile.read(len(described) + 4 + _EOF_LENGTH)
            connection._next_seq_id = (start[3] + self.field_count + 1) % 256
            self.description, self.converters, self.readers = found
            return
        super()._get_descriptions()
        self.readers = tuple(_reader(encoding, convert) for encoding, convert in self.converters)
        if described:
            if len(connection.known) >= _MOST:
                connection.known.clear()
            connection.known[described] = self.description, self.converters, self.readers

    def _read_row_from_packet(self, packet):
        data, at, row = packet.get_all_data(), 0, []
        try:
            for read in self.readers:
                length = data[at]
                at += 1
                if length == _NULL:
                    row.append(None)
                    continue
                if length > _NULL:
                    size = _LENGTHS[length]
                    length = int.from_bytes(data[at:at + size], "little")
                    at += size
                end = at + length
                row.append(read(data[at:end]))
                at = end
        except (IndexError, KeyError):
            at = -1
        return tuple(row) if at == len(data) else super()._read_row_from_packet(packet)


def _described(start: bytes, columns: int) -> bytes | None:
    """The packets of so many columns that an answer starts with; None unless they and the packet that ends them are
    there as they should be."""
    at = 0
    try:
        for _ in range(columns):
            at += 4 + (_HEADER.unpack_from(start, at)[0] & 0xFFFFFF)
        header, = _HEADER.unpack_from(start, at)
        ended = (header == _EOF_LENGTH | (start[3] + columns) % 256 << 24 and start[at + 4] == _EOF
                 and len(start) >= at + 4 + _EOF_LENGTH)
    except (struct.error, IndexError):
        return None
    return start[:at] if ended else None


def _reader(encoding: str | None, convert):
    """What makes a value of its bytes; the driver does it in two steps."""
    if encoding is None:
        return convert or bytes
    if convert in (int, float):                     # they take bytes, too
        return convert
    decode = bytes.decode if encoding == "utf8" else functools.partial(str, encoding=encoding)
    return decode if convert is None else lambda data: convert(decode(data))

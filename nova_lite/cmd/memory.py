"""What the services of a machine ask of glibc and of the kernel, so that they need little memory.

Used by the supervisor and its children.  None of it is needed: where something is not to be had, it is left out.
"""
import contextlib
import ctypes

INTERVAL = 10                   # seconds after which a service gives back what it does not use

_M_ARENA_MAX = -8               # malloc.h
_MADV_DONTNEED = 4              # mman.h
_MADV_MERGEABLE = 12            # mman.h


def spare_arenas() -> None:
    """Ask for few of malloc's: each thread's own would grow every service by megabytes."""
    with contextlib.suppress(OSError, AttributeError):     # another libc
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


def give_back() -> None:
    """What malloc keeps for later.

    It returns what is free at the end of its heap only, and above a list of 1,000 servers there is always something
    that lives longer: after some thousands of servers a seventh of all memory was free, and kept.
    """
    with contextlib.suppress(OSError, AttributeError):     # another libc
        ctypes.CDLL(None).malloc_trim(0)


def drop_code() -> None:
    """Most of the libraries' code has run here once, when they were loaded: its pages count as the supervisor's until
    it lets go of them.  Whoever needs one gets it back from the file."""
    _advise(_MADV_DONTNEED, "r-xp", of_files=True)         # of pages that nobody writes to, nothing is lost


def offer_to_merge() -> None:
    """To the kernel's KSM, where an operator has turned that on.

    Whatever a service uses it writes to, since Python counts references: the page is its own then.  Most are as they
    were a moment later, so that one copy would do again: 100 MB of nine processes.  A fork inherits the offer.
    """
    _advise(_MADV_MERGEABLE, "rw-p", of_files=False)


def _advise(advice: int, permissions: str, *, of_files: bool) -> None:
    """madvise(2) for all mappings with these permissions, of files or of memory that is nobody's file."""
    madvise = getattr(ctypes.CDLL(None), "madvise", None)
    with contextlib.suppress(OSError), open("/proc/self/maps") as maps:
        for line in maps:
            addresses, found, _offset, _device, inode, *_name = line.split(maxsplit=5)
            if madvise and found == permissions and (inode != "0") == of_files:
                start, end = (int(address, 16) for address in addresses.split("-"))
                madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), advice)

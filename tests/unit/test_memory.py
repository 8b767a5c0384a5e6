"""What a service gives back of its memory.  In a process of its own: it is the whole process's memory that counts."""
import subprocess
import sys

# 40,000 blocks of malloc's (Python's own pools end at 512 bytes), of which one in a hundred stays, the last one too.
_FREED_BELOW_WHAT_STAYS = """
import os
from nova_lite.cmd import memory

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

blocks = [bytearray(2000) for _ in range(40_000)]
most = resident()
blocks = blocks[99::100]
kept = resident()
memory.give_back()
print(most, kept, resident())
"""


def test_what_is_free_below_what_lives_goes_back_to_the_kernel():
    run = subprocess.run([sys.executable, "-c", _FREED_BELOW_WHAT_STAYS], check=True, capture_output=True, text=True)
    most, kept, left = map(int, run.stdout.split())
    assert kept > most - (8 << 20)          # else there was nothing to give back
    assert left < kept - (40 << 20)

"""Runs test modules: `run.py MODULE...`. What was skipped is told, in the words that CTest is set to look for."""

import sys
import unittest

if sys.version_info < (3, 9):
    print("SKIPPED: the tests need Python 3.9, for os.pidfd_open()")
    sys.exit(0)

suite = unittest.defaultTestLoader.loadTestsFromNames(sys.argv[1:])
result = unittest.TextTestRunner(verbosity=2, buffer=True).run(suite)
if not result.wasSuccessful() or result.testsRun == 0:
    sys.exit(1)
for test, reason in result.skipped:
    print(f"SKIPPED: {test}: {reason}")

"""What the PEP's examples import."""

import sys

import observed


def initial_program_setup():
    observed.report("setup")


def do_main_program():
    observed.settle()
    observed.report("daemon", **observed.facts())
    observed.wait()


def program_cleanup(signal_number, stack_frame):
    observed.report("cleanup", signal=signal_number)
    sys.exit(5)


def reload_program_config(signal_number, stack_frame):
    observed.report("reload", signal=signal_number)

"""What tools/run_tests.sh does: installs what tests need, starts real services, runs every layer, sums up."""

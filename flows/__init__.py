"""The Django app: flows that people save, share, deploy and watch."""

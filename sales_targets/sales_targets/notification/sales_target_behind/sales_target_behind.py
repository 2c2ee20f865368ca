"""Frappe reads the message of a standard Notification beside this file."""

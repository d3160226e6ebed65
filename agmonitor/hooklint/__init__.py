"""Reads custom workflows as text and says what their role-change hooks will do wrong. Never imports them."""

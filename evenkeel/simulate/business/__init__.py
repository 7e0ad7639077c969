"""Customers, what they buy, what it all costs, and what comes from outside."""

"""Surveys of customers and staff: questions, who is asked, who answers, and what is expected of it."""

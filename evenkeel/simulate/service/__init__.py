"""What customers go through: contacts, complaints, and how the service is checked and improved."""

"""Those who work in the organisation: their careers, training, time and what they say."""

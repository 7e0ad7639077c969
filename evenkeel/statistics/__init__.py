"""Linear algebra on matrices that SQL has added up: numpy in, numpy out, no engine and no file."""

"""Linear algebra that SQL cannot do: it takes small matrices and gives figures back."""

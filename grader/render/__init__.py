"""Results to text: pure, from recorded results and templates alone."""

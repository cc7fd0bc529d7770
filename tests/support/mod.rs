//! Guards for the real servers that the tests talk to.

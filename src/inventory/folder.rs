//! folder paths.

//! Integration tests.

mod sessions_redis;

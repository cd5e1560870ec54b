//! What all tests share.

pub(crate) mod test_environment;

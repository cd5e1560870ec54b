//! What all tests share.

pub(crate) mod choices;
pub(crate) mod test_environment;

//! What all tests share.

pub(crate) mod choices;
pub(crate) mod team;
pub(crate) mod test_environment;

//! The program from outside: real files, real git, the real binary.

mod architecture;
mod commands;
mod common;

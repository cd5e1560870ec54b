//! Tests of the rules of the database.

mod damage;
mod documentation;
mod history;
mod model;
mod rules;
mod sequences;
mod speed;

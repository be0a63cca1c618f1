//! What the types of values promise, held against random histories, and what they do not, each by its shortest example.

mod copies;
mod holders;
mod laws;
mod ledger;
mod numbers;
mod sets;
mod siblings;
mod stock;

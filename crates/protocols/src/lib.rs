//! The replication protocols, one file or folder each, and the catalog that lists them.
//!
//! A new protocol: one file here that implements `protocol::Protocol` and says what it offers to scenarios, and one line in
//! [`catalog`]. It must know nothing of networks, time or chance beyond the contract. Start reading at [`leader_follower`].

mod alike;
mod by_key;
pub mod catalog;
pub mod leader_follower;
pub mod multi_leader;
pub mod quorum;
pub mod raft;
pub mod shipping;

pub use catalog::{Any, AnyConfig, PROTOCOLS};

//! The world: users, routers, services, replicas, links, clocks, faults and decisions, simulated as discrete events.
//!
//! `Config` → `World` → `Trace` → everything else. The world knows only the contract of a replica (`protocol::Protocol`), never
//! a concrete one; it never reads what is derived from its trace. Start reading at [`World`], then [`Run`], which keeps
//! checkpoints so that one can seek, act and fork.

pub mod action;
#[cfg(test)]
mod bare;
pub mod config;
mod control;
mod cx;
mod data;
mod duration;
mod explain;
mod failure;
pub mod faults;
mod kernel;
mod left_over;
pub mod metrics;
mod names;
mod network;
mod path;
mod picture;
mod place;
mod rivals;
mod run;
mod services;
mod sites;
mod snapshot;
pub mod spacetime;
mod spot;
mod summary;
pub mod trace;
mod users;
mod world;

pub use action::{ACTS, ActLine, Action, FaultName, LoggedAction, PacketName, PacketWay};
pub use config::Config;
pub use control::snapshot::Judgement;
pub use data::snapshot::ReplicaState;
pub use duration::{decimals, duration, duration_unit, figures};
pub use explain::ExplainedLine;
pub use faults::snapshot::FaultState;
pub use kernel::snapshot::SiteState;
pub use left_over::LeftOver;
pub use metrics::{Answers, Endings, Losses, Told, short_digest};
pub use names::{datasets_name, joined, region_name, short_title, sites_name};
pub use network::snapshot::{LinkState, PacketState, Rate};
pub use place::table::place_name;
pub use protocol::Property;
pub use rivals::{Conflict, LostUpdate, Rival};
pub use run::Run;
pub use services::snapshot::ServiceState;
pub use snapshot::{DatasetState, PopulationState, RegionState, Snapshot};
pub use summary::{
    Lane, LostRange, LostWrite, Mark, PopulationSecond, Recovery, RegionSecond, SecondSummary, Standing, StreamSecond,
    VerdictLine, VerdictMark, WitnessLine, WriteState, moment,
};
pub use users::snapshot::{ClientsState, Spared};
pub use world::World;

//! The world proved by running it: each test builds a small design, runs it and asks the run.

mod design;
mod determinism;
mod failover;
mod healing;
mod latency;
mod losses;
mod network;
mod queueing;
mod replication;
mod requests;
mod routing;
mod service;
mod why;

//! The world proved by running it: each test builds a small design, runs it and asks the run.

mod breaker;
mod consensus;
mod design;
mod detection;
mod determinism;
mod disks;
mod failover;
mod healing;
mod knowledge;
mod latency;
mod ledgers;
mod losses;
mod network;
mod outages;
mod queueing;
mod reading;
mod recovery;
mod replication;
mod requests;
mod routing;
mod service;
mod views;
mod waiting;
mod why;

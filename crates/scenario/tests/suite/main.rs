//! What shipped and other scenarios come to, and what is refused. One program: each of its own would be linked anew, and run alone.

mod acts;
mod asking_too_much;
mod bad_files;
mod bites;
mod books;
mod built_in;
mod cases;
mod circuits;
mod elections;
mod expectations;
mod facts;
mod first_contradiction;
mod first_look;
mod leaderless;
mod losses_by_key;
mod measured_round_trips;
mod merging;
mod not_toml;
mod other_seeds;
mod pbs;
mod people;
mod policies;
mod readme;
mod shards;
mod values;
mod zones;
